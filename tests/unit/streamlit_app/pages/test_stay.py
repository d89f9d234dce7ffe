"""Discharging and readmitting."""

from dataclasses import replace

from sereno.domain.patients import Discharge
from sereno.ports import CommandKind
from tests.fakes.clock import START
from tests.unit.streamlit_app.pages.stage import House, drawn, front_page, patient_box


def test_discharging_asks_for_a_reason_and_a_second_step_under_the_clinicians_name(
    house: House,
) -> None:
    app = house.page("patient", patient="p2")
    app.button(key="stay_discharge").click().run()
    assert house.queue.given == []
    assert app.error[0].value.startswith("a reason has 1 to")

    app.text_input(key="stay_reason_p2").set_value("gone *home*")
    app.button(key="stay_discharge").click().run()
    assert house.queue.given == [(CommandKind.DISCHARGE, "p2", "nora", {"reason": "gone *home*"})]
    app.run()
    assert not app.exception
    assert (
        r"Discharged 2026-11-22 08:00 by nora: gone \*home\*. Not watched" in app.warning[0].value
    )
    assert "Enter" not in [button.label for button in app.button]  # nothing is measured any more
    assert "p2" not in [bed["id"] for bed in drawn(front_page(), "ward")["beds"]]


def test_who_is_discharged_is_shown_by_their_address_and_can_be_readmitted(house: House) -> None:
    bed = house.store.beds["p2"]
    end = Discharge(at=START, by="nora", reason="gone home")
    house.store.beds["p2"] = replace(bed, patient=replace(bed.patient, discharged=end))
    assert "Bed 2" not in str(house.page("patient").selectbox[0].options)

    app = house.page("patient", patient="p2")
    assert app.warning[0].value.startswith("Discharged 2026-11-22 08:00 by nora: gone home.")
    assert "discharged" in patient_box(app).format_func("p2")
    app.button(key="stay_readmit").click().run()
    assert house.queue.given == [(CommandKind.READMIT, "p2", "nora", {})]


def test_a_refused_discharge_is_told(house: House) -> None:
    house.queue.refusals["c9"] = "nurse has discharged that patient already; nothing is to be done"
    app = house.page("patient", patient="p1", commands_p1=["c9"])
    assert [toast.value for toast in app.toast] == [house.queue.refusals["c9"]]
    assert not app.run().toast, "once"


def test_a_refused_discharge_is_not_told_on_the_page_of_somebody_else(house: House) -> None:
    """Who reads it there takes it to be about the patient they look at."""
    app = house.page("patient", patient="p1")
    app.text_input(key="stay_reason_p1").set_value("gone home")
    house.queue.waiting = True
    app.button(key="stay_discharge").click().run()
    house.queue.waiting = False
    house.queue.refusals["c1"] = "it was discharged already"
    patient_box(app).set_value("p2").run()
    assert not app.toast
    patient_box(app).set_value("p1").run()
    assert [toast.value for toast in app.toast] == ["it was discharged already"]
