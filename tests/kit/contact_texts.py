"""Texts as parties write them, what identifies or reaches a person in them marked by hand as `{{kind|words}}`.

No part of it is held out any more: after each of the three sets was tried, patterns were mended. What the last one
showed when it was tried first is in docs/access.md; texts of a kind that is not here will do no better than that.
"""
# ruff: noqa: RUF001  # as people write them, full-width forms among them

import re
from dataclasses import dataclass
from typing import Final

_MARKED: Final = re.compile(r"\{\{(\w+)\|(.+?)\}\}")


@dataclass(frozen=True)
class Labelled:
    """One text and the stretches of it that must not reach the other side."""

    text: str
    marked: tuple[tuple[str, int, int], ...]


def labelled(source: str) -> Labelled:
    """A text without its marks, and where they stood."""
    text, marked, end = "", [], 0
    for found in _MARKED.finditer(source):
        text += source[end : found.start()]
        marked.append((found[1], len(text), len(text) + len(found[2])))
        text += found[2]
        end = found.end()
    return Labelled(text + source[end:], tuple(marked))


USED: Final = """
请打 {{phone|13812345678}} 联系我
我的手机号是{{phone|138 1234 5678}},谢谢
电话：{{phone|138-1234-5678}}
快递员电话{{phone|13912345678}}一直打不通
+86号码：{{phone|+86 13812345678}}
{{phone|0086-13812345678}} 是我先生的
座机 {{phone|0571-88886666}} 工作日有人
{{phone|(010) 6888 1234}} 找王工
{{phone|021-54321234转8001}} 找小王
全角号码{{phone|１３８１２３４５６７８}}也算
夹了零宽字符的 {{phone|138\u200b1234\u200b5678}}
客服热线 {{phone|400-820-8820}}
邮箱：{{email|lin.qingyao@example.com}}
发到 {{email|12345678@qq.com}} 就行
微信号：{{chat|lin_qingyao88}}
加我微信 {{chat|wxid-abc123}}
加微信{{chat|zhangsan}}详谈
QQ {{chat|123456789}} 上说
qq号：{{chat|87654321}}
v信：{{chat|xiaomei2020}}
我住在{{address|浙江省杭州市西湖区文三路90号3栋2单元501室}}
请寄到{{address|上海市浦东新区张江路 123 弄 4 号 502 室}}
收货地址：{{address|北京市朝阳区建国门外大街1号国贸大厦A座1203}}
{{address|广东省深圳市南山区科技园南路8号}}收
退到{{address|阳光花园3栋2单元501室}}
{{address|杭州市余杭区五常街道文一西路969号}}就是我公司
身份证 {{id|11010519491231002X}}
我的身份证号是{{id|440524188001010014}}
银行卡 {{card|6222 0212 3456 7890 128}}
卡号{{card|4111111111111111}}
Call me at {{phone|+1 415 555 2671}} please
My number is {{phone|(415) 555-2671}}
{{phone|415-555-2671}} after six
UK mobile {{phone|07700 900123}}
Reach me on {{phone|+44 20 7946 0958}}
Write to {{email|buyer+shop@mail.example.co.uk}}.
my mail is {{email|jane (at) example.org}}
WeChat ID: {{chat|linda_fang}}
add me on wechat {{chat|lindafang}}
my whatsapp is {{phone|+34 612 34 56 78}}
I live at {{address|221B Baker Street}}
Send it back to {{address|1600 Pennsylvania Avenue NW, Washington, DC 20500}}
Ship to {{address|350 Fifth Ave, Apt 12B, New York, NY 10118}}
{{address|P.O. Box 1234}} is ours
card {{card|5500-0000-0000-0004}} was charged
card number {{card|378282246310005}}
SSN {{id|078-05-1120}}
passport no. {{id|E12345678}}
订单号 20261102138123456789 还没有发货
运单号 SF1390012345678 显示已签收
快递单号13812345678是圆通的
2026-11-02 13:45 收到货
买的时候 1399.00 元，现在 1299 元
尺码 175/92A，颜色黑
我付了13800元
型号 XT-13912，序列号 4111111111111112
买了3号下单，5号才到
走了一路3号才到，箱子烂了
知道3号发货我就不买了
这条路上没有快递点
微信支付了 150 元
在微信上说好的
QQ 上聊过
物流说在市区的仓库
保修 12 个月，2027 年 11 月 2 日止
三包期内，第 2 次坏了
净重 1500 克，容量 13500 毫安
商品编号 6222021234567890121
支付流水号 4200001234202611021234567890
Order 4111111111111111 never came
tracking number 1Z999AA10123456784
The price was 1,399.00 and I paid 150.00
It broke on 2026-11-02 at 10:30
I waited 5 minutes down the road
2 of the 3 items came, 1 is broken
I paid with WeChat payment
WeChat: screenshots attached
Ratio 16:9, 1920x1080, 60 Hz
The model is RTX 4090 24GB, serial 123-45-6789A
The courier left it at the gate
Version 10.0.19045.3570 does not start
Amazon order 112-3456789-1234567
It is a long way from new
It was delivered within 48 hours, 3 Days late
Article 24 of the law says 7 days
see clause quality.2 and page 12
ISBN 978-3-16-148410-0
SKU 690123456789 and EAN 4006381333931
""".strip().splitlines()

MORE: Final = """
有事打我爱人电话 {{phone|15987654321}}，我上班不方便
手机{{phone|18600001111}}，微信同号
联系电话：{{phone|0755-26001234}}（白天）
{{phone|17012345678}}，短信也行
座机{{phone|02888886666}}没人接
香港电话 {{phone|+852 2345 6789}}
打{{phone|139.1234.5678}}
打 {{phone|1 3 9 1 2 3 4 5 6 7 8}} 也可以
大写的号码 {{phone|壹叁捌壹贰叁肆伍陆柒捌}}
邮件 {{email|service@shop-example.cn}}
我的邮箱是{{email|wang_xiao.ming@163.com}}。
VX：{{chat|mm19900101}}
薇信 {{chat|abc_8899}}
微信 {{chat|qingyao1990}} 备注订单
扣扣{{chat|99887766}}
QQ群：{{chat|556677889}}
支付宝账号：{{chat|13700001111}}
家在{{address|江苏省南京市鼓楼区中山北路200号}}
发货地{{address|义乌市稠城街道篁园路6号}}
寄 {{address|成都市武侯区天府大道北段1700号环球中心E5座}}
退货地址是{{address|福建省泉州市晋江市陈埭镇岸兜村工业区18号}}
{{address|内蒙古自治区呼和浩特市赛罕区大学东路}} 的仓库
{{address|朝阳区望京西园四区416号楼1单元2201}}
{{address|人民南路三段17号}}附近
邮编：{{address|310013}}
身份证{{id|320106198001010011}}被他拍了
证件号 {{id|110101199003074477}}
工行卡 {{card|6212261234567890128}}
信用卡 {{card|4242 4242 4242 4242}} 被刷
退到账号 {{card|6228480402564890018}}
My cell: {{phone|(212) 555-0147}}
tel {{phone|020 7946 0123}}
phone {{phone|+49 30 901820}}
Text {{phone|+61 412 345 678}}
Ring {{phone|+33 1 23 45 67 89}} and ask for Lin
cell {{phone|2125550199}}
e-mail me: {{email|o'connor@example.ie}}
{{email|sales@shop.example}} never answered
Telegram {{chat|@lin_shop}}
my WeChat is {{chat|jun2020}}
Skype: {{chat|lin.trader7}}
My QQ is {{chat|4455667}}
Return to {{address|742 Evergreen Terrace, Springfield}}
our warehouse, {{address|12 Orchard Road, Singapore 238832}}
{{address|Unter den Linden 77, 10117 Berlin}}
{{address|Hauptstraße 5}} in Bonn
{{address|10 rue de Rivoli, 75001 Paris}}
{{address|Flat 4, 18 Kings Road, London SW3 4RP}}
send to {{address|45 west 34th street}}
Visa {{card|4000056655665556}}
IBAN {{card|DE89370400440532013000}}
HKID {{id|A123456(3)}}
订单编号：138001380001380013
退款单号 13912345678901
付了 159.87 元，654321 是验证码
第 18600 号商品
2026年11月2日 15:98 的截图
单价 13 元，数量 1391，合计 18083 元
生产批号 20260815 1390
电池 18650，容量 2600mAh
条码 6901234567892
序列号：SN13812345678
快递 YT7412345678901 在杭州中转
顺丰 SF 1391 2345 6789
我在杭州上班，货发到了上海
5号楼下的快递柜
道路施工，晚了两天
送到门口3号那天我不在
东西放在街道办事处
卖家说 7 天无理由，现在又不认
微信聊天记录见附件
用 QQ 截的图
花园椅 3 把，坏了 1 把
村里 2 号人都看见了
大街上到处都是这种货，20 块一个
中路手机店的假货
地址写错了
快递员说地址不详
合同第 12 条第 3 款
Order no. 6011111111111117 was cancelled
invoice 2026-110-2334
Waybill 9400 1118 9922 3333 4444 55
UPC 036000291452
The shop refunded 40.00 of 139.00 on 12/11/2026
He said 3 to 5 business days; it took 18
The seller is rated 4.9 (12345 ratings)
Windows 11 22H2 build 22621.1848
The screen is 15.6 inch, 2560 x 1440
I tried to call twice, no answer
My wechat was blocked
wechat transfer of 200
The box had 12 Way cables
Street price is 99 dollars
They drive me round the place
It took me 2 Long Drive sessions to find it
IP address 192.168.10.1 in the log
IMEI 490154203237518
at 10:00, 11:30 and 13:45 on 3 November
Model A1234(5) and part 300-400-5000
{"amount": {"minor": 15000, "currency": "CNY"}}
Case 0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b
sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
lot 4532015112830366-77 of the batch
""".strip().splitlines()

LAST: Final = """
麻烦让师傅打{{phone|18812340987}}，别打平台上留的那个
我老公的号 {{phone|166 0571 2233}} 收得到短信
请联系售后小陈，{{phone|0571－8765 4321 转 806}}
客服说可以加 V：{{chat|shop_lin99}} 私聊退款
我QQ小号{{chat|3344556677}}上有截图
截图发到了{{email|kefu＠qingyao.example.com}}
我把货寄回了{{address|浙江省丽水市龙泉市剑池街道新华街128号}}
卖家给的地址是{{address|广州市白云区石井街道石潭西路88号B栋3楼}}
住{{address|西湖区翠苑街道翠苑新村12幢3单元402室}}的那个人不是我
收件人写的是{{address|天津市和平区南京路189号津汇广场2座2808}}
他让我把身份证号{{id|330106199508151231}}发过去
钱打到建行卡{{card|6217001180012345677}}了
我的支付宝是：{{chat|lin@qingyao.example.com}}
请致电{{phone|+86-10-65551234}}
电话是{{phone|一三八一二三四五六七八}}
号码 {{phone|138-123-45678}}
Please ring my husband on {{phone|0412 345 678}}
You can text {{phone|+1-646-555-0123}} any time
office: {{phone|(0)20 7946 0999}}
write me: {{email|mei.lin+teapot@mail.example.com}} thanks
contact {{email|jane dot doe at example dot com}}
I'm on WhatsApp {{phone|+65 9123 4567}}
telegram: {{chat|teapot_mei}}
my wechat id {{chat|meilin88}} same as phone
It was sent to {{address|18 Nathan Road, Tsim Sha Tsui, Hong Kong}}
Deliver to {{address|Apartment 5C, 77 Bleecker Street, New York}}
I moved to {{address|Kaiserstraße 12, 60311 Frankfurt}}
the flat at {{address|9 Elm Close}} is empty
My card {{card|5105 1051 0510 5100}} was charged twice
passport number {{id|G12345678}} was in the photo
下单时间2026-10-3018:12，付款158元
拍的是2件，发了1件，少了1件
型号 YX-8816，电压 220V，功率 1800W
批次号20260918001有问题
壶嘴缺口约 3 毫米，裂纹长 25 毫米
快递单 JDVA12345678901 三天没动
第三方检测报告编号 WT2026-110345
7天内退货，运费12元由卖家出
直播间说的 99 元三件
5楼的邻居帮我签收的
这条街的店都这么卖
我在路口等了20分钟
平台上的聊天记录第 14 页
规格 30×20×15 厘米
商品链接里的 id=682345671234
Order 20261102000188 has two lines
paid CNY 138.00 on 2 November 2026, refunded 38.00
tracking LX123456789CN is stuck in customs
serial number 8839201745
I weighed it: 1382 g, the listing says 1500 g
12 of the 15 cups were whole
The crack is 12 mm long and 3 mm wide
Page 3 of the manual says 60 to 80 degrees
It says model 405-220-1100 on the base
Call came at 18:05, lasted 3 minutes 12 seconds
The chat of 1 November 2026 shows it
The invoice number is 4000123456
They promised delivery in 2 to 4 days
I bought 10 Street Fighter figures
Reference 0571-2026-1102
""".strip().splitlines()
