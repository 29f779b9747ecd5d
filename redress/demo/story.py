"""One case from order to final decision: a celadon teapot with a cracked spout."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from redress.demo.files import demo_files
from redress.demo.people import LIN, QINGYAO, STRANGER, Case, complaint_of, finding, money, the_order
from redress.demo.world import World
from shared.adapters.clock import SystemClock
from shared.kernel.actors import Actor, Role
from shared.kernel.money import Money


async def play(world: World, folder: Path, interrupt: Callable[[], Awaitable[None]]) -> Case:
    """The whole case from order to final decision; `interrupt` is called amid mediation."""
    case = await begin(world, folder, SystemClock().now())
    await negotiate(case)
    await bring_evidence(case)
    await mediate(case, interrupt)
    await rule(case)
    await appeal(case)
    await comply(case)
    return case


async def begin(world: World, folder: Path, now: datetime) -> Case:
    """The order arrives, twice: the second version is the one that counts."""
    world.teller.chapter("The order")
    order = the_order(now)
    case = Case(world, order, demo_files(folder, order), now)
    await world.record_order(order.model_copy(update={"delivered_at": None}), 1, now)
    await world.record_order(order, 2, now)
    shown = await world.see(
        "intake", f"/orders/{order.order_id}", "the order book shows the newest version",
        lambda page: page["order"]["delivered_at"] is not None,
    )  # fmt: skip
    line = order.lines[0]
    world.teller.say(f"{LIN.id} bought a {line.product} for {line.price_paid} from {QINGYAO.id}.")
    world.teller.say(
        f"The shop put it on topic order.recorded; intake's order book has it at version {shown['version']}."
    )
    return case


async def negotiate(case: Case) -> None:
    world, line = case.world, case.order.lines[0]
    world.teller.chapter("Negotiation comes first")
    case.id = await world.new_case_id()
    wish = {"remedy": "return_refund", "amount": money(36_800)}
    of_line = {"order_id": case.order.order_id, "line_id": line.line_id}
    complaint = complaint_of(case, wish)
    await world.ask_refused("intake", case.id, "file_complaint", STRANGER, "order_must_be_the_buyers", **complaint)
    opened = {**of_line, "demand": wish, "message": "The spout is cracked. I want to return it."}
    await world.ask("intake", case.id, "open_negotiation", LIN, **opened)
    await world.ask(
        "intake",
        case.id,
        "refuse_in_negotiation",
        QINGYAO,
        reason="blame_shifted",
        message="It left us whole: ask the courier.",
    )
    world.teller.say(
        "Lin asks for a return and refund; the seller puts the blame on the courier. The negotiation has failed."
    )
    await world.ask("intake", case.id, "file_complaint", LIN, **complaint)
    await world.see("intake", f"/cases/{case.id}", "the complaint is taken up", lambda c: c["status"] == "in_process")
    world.teller.say(
        f"Lin files a complaint: product quality, broken. Screening takes it up at once as case {case.id}."
    )


async def bring_evidence(case: Case) -> None:
    world = case.world
    world.teller.chapter("Evidence, from both sides")
    path = f"/cases/{case.id}/evidence"
    asked = await world.see("evidence", path, "both sides were asked for evidence", lambda f: len(f["requests"]) >= 4)
    for request in asked["requests"]:
        wanted = " or ".join(request["items"]).replace("_", " ")
        world.teller.say(
            f"Asked of the {request['side']}, to show {request['element']}: {wanted}; due {request['due_at'][:16]} UTC."
        )
    taken = case.now - timedelta(days=2)
    brought = (
        (LIN, "order_screenshot", "purchase", "The order page", ("order_screenshot",)),
        (LIN, "photo", "problem", "The crack, from three sides", ("buyer_front", "buyer_side", "buyer_close")),
        (LIN, "inspection_report", "problem", "A ceramics workshop looked at it", ("inspection_report",)),
        (QINGYAO, "quality_certificate", "responsibility", "Quality certificate of the kiln", ("quality_certificate",)),
        (QINGYAO, "shipping_proof", "responsibility", "The parcel, packed", ("seller_parcel",)),
    )
    for n, (who, kind, element, caption, names) in enumerate(brought):
        files = [await world.upload(case.id, who, case.files[name]) for name in names]
        await world.ask(
            "evidence", case.id, "submit_evidence", who,
            item_id=f"{who.role}-{n}", type=kind, element=element, caption=caption,
            taken_at=(taken + timedelta(minutes=n)).isoformat(), files=files,
        )  # fmt: skip
        size = sum(file["size"] for file in files) // 1024
        world.teller.say(
            f"{who.id} brings {caption.lower()}: {len(files)} file(s), {size} kB, {files[0]['media_type']}."
        )
    await world.ask("evidence", case.id, "acknowledge_disclosure", QINGYAO, item_ids=["buyer-1", "buyer-2"])
    await world.ask("evidence", case.id, "finish_evidence", LIN)
    await world.ask("evidence", case.id, "finish_evidence", QINGYAO)
    sealed = await world.see("evidence", path, "the manifest is sealed", lambda f: f["status"] == "sealed")
    seal = sealed["seals"][0]
    case.items = tuple(item["item_id"] for item in seal["manifest"])
    world.teller.say(f"Both are done: {len(case.items)} items sealed under digest {seal['manifest_digest'][:16]}…")


async def mediate(case: Case, interrupt: Callable[[], Awaitable[None]]) -> None:
    world = case.world
    world.teller.chapter("Mediation")
    path = f"/cases/{case.id}/mediation"
    opened = await world.see("mediation", path, "a mediator is assigned", lambda m: m["adjudicator"])
    case.mediator = Actor.model_validate(opened["adjudicator"])
    world.teller.say(
        f"{case.mediator.id} of the {case.mediator.role} desk takes the case: the least loaded of the tier."
    )
    await world.ask(
        "mediation", case.id, "log_contact", case.mediator,
        channel="phone", with_side="seller", note="Explained the photographs.", outcome="Will offer something.",
    )  # fmt: skip
    offers = (
        (QINGYAO, 10_000, LIN, "The pot cannot be used at all."),
        (LIN, 36_800, QINGYAO, "It left us whole."),
        (case.mediator, 20_000, LIN, "A pot that leaks is worth nothing to me."),
    )
    for n, (maker, amount, decliner, reason) in enumerate(offers):
        terms = {"remedy": "refund", "amount": money(amount)}
        await world.ask("mediation", case.id, "make_offer", maker, terms=terms)
        if n == 1:
            await interrupt()
        shown = await world.see("mediation", path, f"offer {n + 1} is shown", _has_offers(n + 1))
        offer_id = shown["offers"][-1]["offer_id"]
        await world.ask("mediation", case.id, "decline_offer", decliner, offer_id=offer_id, reason=reason)
        world.teller.say(f"{maker.id} offers a refund of {Money(minor=amount)}; {decliner.id} declines: “{reason}”")
    await world.see("mediation", path, "mediation has failed", lambda m: m["status"] == "awaiting_ruling")
    world.teller.say(
        "Three offers declined: by the policy the mediation has failed, and a ruling is due within 48 hours."
    )


async def rule(case: Case) -> None:
    world = case.world
    world.teller.chapter("The ruling")
    terms = {"remedy": "return_refund", "amount": money(36_800)}
    ruling = {
        "kind": "grant",
        "findings": [
            finding("purchase", True, "The order page matches the recorded order.", "buyer-0"),
            finding(
                "problem", True, "Three views and the report show one crack through the spout.", "buyer-1", "buyer-2"
            ),
            finding(
                "responsibility",
                True,
                "The certificate predates packing; no proof of protection.",
                "seller-3",
                "seller-4",
            ),
        ],
        "clauses": ["quality.2", "quality.3"],
        "seller_liability_percent": 100,
        "terms": terms,
        "freight_paid_by": "seller",
        "explanation": "The pot arrived broken and the seller did not show that it was packed against breaking.",
    }
    unseen = {**ruling, "findings": [finding("problem", True, "A letter I got.", "a-letter-nobody-saw")]}
    rule_name = "cited_item_must_be_in_the_sealed_manifest"
    await world.ask_refused("mediation", case.id, "issue_ruling", case.mediator, rule_name, **unseen)
    unknown = {**ruling, "clauses": ["quality.99"]}
    await world.ask_refused(
        "mediation", case.id, "issue_ruling", case.mediator, "clause_must_be_in_the_pinned_policy", **unknown
    )
    await world.ask("mediation", case.id, "issue_ruling", case.mediator, **ruling)
    await world.see(
        "appeals", f"/cases/{case.id}/appeal", "the ruling can be appealed", lambda a: a["status"] == "appealable"
    )
    world.teller.say(
        "Ruled with findings, cited items and clauses: return the pot, 368.00 CNY back, the seller pays the freight."
    )


async def appeal(case: Case) -> None:
    world = case.world
    world.teller.chapter("The appeal")
    await world.ask(
        "appeals", case.id, "lodge_appeal", QINGYAO,
        grounds=["new_evidence"], reason="The carrier has inspected the parcel since.",
        new_evidence=["Carrier's damage report with photograph"],
    )  # fmt: skip
    world.teller.say("The seller appeals with new evidence: the carrier's own inspection. What is owed is stayed.")
    path = f"/cases/{case.id}/evidence"
    await world.see(
        "evidence", path, "an appeal round is open", lambda f: f["round"] == "appeal" and f["status"] == "collecting"
    )
    names = ("carrier_inspection", "carrier_parcel")
    files = [await world.upload(case.id, QINGYAO, case.files[name]) for name in names]
    await world.ask(
        "evidence", case.id, "submit_evidence", QINGYAO,
        item_id="carrier-report", type="inspection_report", element="responsibility",
        caption="The carrier found the parcel crushed", files=files,
    )  # fmt: skip
    await world.ask(
        "evidence", case.id, "submit_evidence", LIN,
        item_id="buyer-reply", type="statement", element="responsibility",
        caption="The box was crushed, the padding thin.",
    )  # fmt: skip
    for side in (LIN, QINGYAO):
        await world.ask("evidence", case.id, "finish_evidence", side)
    shown = await world.see(
        "appeals", f"/cases/{case.id}/appeal", "a reviewer is assigned", lambda a: a["status"] == "under_review"
    )
    reviewer = Actor.model_validate(shown["reviewer"])
    world.check("the reviewer is someone else", reviewer.id != case.mediator.id, reviewer)
    decision = {
        "outcome": "amend",
        "findings": [
            finding("responsibility", True, "Crushed in transit, yet packed thinly.", "carrier-report", "buyer-reply")
        ],
        "clauses": ["quality.2", "logistics.1"],
        "seller_liability_percent": 75,
        "terms": {"remedy": "return_refund", "amount": money(27_600)},
        "what_changed": "A quarter of the loss lies with the carriage; the refund is lowered to that.",
        "explanation": "The new report shows damage in transit; the packing made it likely.",
    }
    posing = Actor(role=Role.REVIEWER, id=case.mediator.id)
    await world.ask_refused("appeals", case.id, "decide_appeal", posing, "only_people_of_the_case", **decision)
    await world.ask("appeals", case.id, "decide_appeal", reviewer, **decision)
    await world.ask_refused("appeals", case.id, "decide_appeal", reviewer, "decision_is_final", **decision)
    world.teller.say(
        f"{reviewer.id}, who had no part in the first round, amends it: 276.00 CNY against return. This is final."
    )


async def comply(case: Case) -> None:
    world = case.world
    world.teller.chapter("What was decided is carried out")
    path = f"/cases/{case.id}/mediation"
    shown = await world.see("mediation", path, "the decision's obligations stand", lambda m: _owed(m) == 27_600)
    for duty, debtor, creditor, proof in (
        ("ship_return", LIN, QINGYAO, "Waybill SF1402938475599"),
        ("refund", QINGYAO, LIN, "Payment 8837120 of 276.00 CNY"),
    ):
        debt = next(d for d in shown["debts"] if d["obligation"]["duty"] == duty and d["status"] != "met")
        obligation_id = debt["obligation"]["id"]
        await world.ask(
            "mediation", case.id, "report_performed", debtor, obligation_id=obligation_id, proof=proof, files=[]
        )
        await world.ask("mediation", case.id, "confirm_performed", creditor, obligation_id=obligation_id)
        world.teller.say(f"{debtor.id}: {duty.replace('_', ' ')} ({proof}); {creditor.id} confirms.")
    closed = await world.see("intake", f"/cases/{case.id}", "the case is closed", lambda c: c["status"] == "closed")
    world.check("it closed on the appeal decision", closed["outcome"] == "appeal_decided", closed["outcome"])
    world.teller.say("Everything owed is met and the decision is final: the case closes.")


def _owed(mediation: dict[str, Any]) -> int:
    amounts = [debt["obligation"]["amount"] for debt in mediation["debts"] if debt["status"] != "met"]
    return sum(amount["minor"] for amount in amounts if amount)


def _has_offers(count: int) -> Callable[[dict[str, Any]], bool]:
    return lambda mediation: len(mediation["offers"]) >= count
