"""Three more cases in short: agreed, turned away with a cure, and not shown."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from redress.demo.people import QINGYAO, Case, complaint_of, finding, money, the_order
from shared.kernel.actors import Actor, Parties, Role

YUE = Actor(role=Role.BUYER, id="yue")
CHEN = Actor(role=Role.BUYER, id="chen")
BO = Actor(role=Role.BUYER, id="bo")
WISH = {"remedy": "refund", "amount": money(36_800)}


async def three_more(first: Case) -> None:
    """Each on an order of its own, beside the long case."""
    first.world.teller.chapter("Three other cases, in short")
    await _settled(await _another(first, YUE))
    await _turned_away(await _another(first, CHEN))
    await _not_shown(await _another(first, BO))


async def _another(first: Case, buyer: Actor) -> Case:
    world = first.world
    order = the_order(first.now).model_copy(
        update={
            "order_id": f"{first.order.order_id}-{buyer.id}",
            "parties": Parties(buyer_id=buyer.id, seller_id=QINGYAO.id),
        }
    )
    await world.record_order(order, 1, first.now)
    await world.see("intake", f"/orders/{order.order_id}", f"the order of {buyer.id} is known", lambda _: True)
    return replace(first, order=order, id=await world.new_case_id(), items=())


def _attested(case: Case) -> dict[str, Any]:
    return {
        "channel": "shop chat",
        "opened_at": (case.now - timedelta(days=1)).isoformat(),
        "outcome": "refused",
        "note": "They say it left them whole.",
    }


async def _file(case: Case, buyer: Actor) -> None:
    world = case.world
    await world.ask("intake", case.id, "file_complaint", buyer, **complaint_of(case, WISH), attested=_attested(case))
    await world.see("evidence", f"/cases/{case.id}/evidence", "evidence is asked for", lambda f: f["requests"])


async def _finish_evidence(case: Case, buyer: Actor) -> Actor:
    """Both sides are done; answers who mediates."""
    world = case.world
    for side in (buyer, QINGYAO):
        await world.ask("evidence", case.id, "finish_evidence", side)
    path = f"/cases/{case.id}/mediation"
    opened = await world.see("mediation", path, "a mediator is assigned", lambda m: m["adjudicator"])
    return Actor.model_validate(opened["adjudicator"])


async def _settled(case: Case) -> None:
    world = case.world
    await _file(case, YUE)
    photo = await world.upload(case.id, YUE, case.files["buyer_close"])
    await world.ask(
        "evidence", case.id, "submit_evidence", YUE,
        item_id="crack", type="photo", element="problem", caption="The crack", files=[photo],
    )  # fmt: skip
    await _finish_evidence(case, YUE)
    await world.ask("mediation", case.id, "make_offer", QINGYAO, terms={"remedy": "refund", "amount": money(18_000)})
    path = f"/cases/{case.id}/mediation"
    shown = await world.see("mediation", path, "the offer is shown", lambda m: m["offers"])
    await world.ask("mediation", case.id, "accept_offer", YUE, offer_id=shown["offers"][-1]["offer_id"])
    shown = await world.see("mediation", path, "the refund is owed", lambda m: m["debts"])
    owed = shown["debts"][0]["obligation"]["id"]
    await world.ask(
        "mediation",
        case.id,
        "report_performed",
        QINGYAO,
        obligation_id=owed,
        proof="Payment 77 of 180.00 CNY",
        files=[],
    )
    await world.ask("mediation", case.id, "confirm_performed", YUE, obligation_id=owed)
    closed = await world.see("intake", f"/cases/{case.id}", "the case is closed", lambda c: c["status"] == "closed")
    world.check("it closed on the settlement", closed["outcome"] == "settled", closed["outcome"])
    world.teller.say("Settlement: the seller offers 180.00 CNY, yue accepts, it is paid and confirmed: closed.")


async def _turned_away(case: Case) -> None:
    world = case.world
    wish = {"remedy": "refund", "amount": money(99_900)}
    answer = await world.ask("intake", case.id, "file_complaint", CHEN, **complaint_of(case, wish))
    world.check("it is not taken up", "intake.complaint_rejected.v1" in answer["facts"], answer)
    shown = await world.see("intake", f"/cases/{case.id}", "why is shown", lambda c: c["status"] == "rejected")
    world.teller.say(f"Rejection: {shown['timeline'][-1]['summary']}")
    await _file(case, CHEN)
    world.teller.say("…chen asks the seller first, demands what was paid and files again: taken up.")
    await world.ask("intake", case.id, "withdraw_complaint", CHEN, reason="The shop has called and will refund.")
    closed = await world.see("intake", f"/cases/{case.id}", "the case is closed", lambda c: c["status"] == "closed")
    world.check("it closed as withdrawn", closed["outcome"] == "withdrawn", closed["outcome"])
    world.teller.say("…then the shop calls, and chen withdraws: closed.")


async def _not_shown(case: Case) -> None:
    world = case.world
    await _file(case, BO)
    await world.ask(
        "evidence", case.id, "submit_evidence", BO,
        item_id="word", type="statement", element="problem", caption="It was cracked; I threw it away.",
    )  # fmt: skip
    mediator = await _finish_evidence(case, BO)
    await world.ask("mediation", case.id, "fail_mediation", mediator, reason="Neither side will move.")
    ruling = {
        "kind": "insufficient_evidence",
        "findings": [finding("problem", False, "A statement alone; the pot is gone.", "word")],
        "clauses": ["evidence.burden"],
        "seller_liability_percent": 0,
        "freight_paid_by": "buyer",
        "explanation": "Who claims a defect shows it; nothing that was brought shows one.",
    }
    await world.ask("mediation", case.id, "issue_ruling", mediator, **ruling)
    shown = await world.see(
        "mediation", f"/cases/{case.id}/mediation", "what was not shown is named", lambda m: m["ruling"]
    )
    (unshown,) = shown["ruling"]["unshown"]
    world.check("the burden was the buyer's", unshown == {"element": "problem", "bearer": "buyer"}, unshown)
    world.teller.say(
        "Insufficient evidence: the problem was not shown and its burden was the buyer's, by clause evidence.burden; "
        "the money stays with the seller. bo has 7 days to appeal with something new."
    )
