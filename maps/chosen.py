"""The plan's map as the plan file says that it is looked at: the same on the screen and on paper."""

from maps.arrangement import Arrangement, arranged
from maps.plan_scene import PlanClasses, plan_classes, plan_scene
from maps.scene import Scene
from shockplan.plan import Plan
from shockplan.planfile import MapSpec
from shockplan.texts import Language


def chosen_scene(plan: Plan, language: Language) -> Scene:
    """Measure, classes, colours and layers of `[map]`."""
    look = plan.inputs.spec.map
    scene = plan_scene(
        plan, language, look.measure, classes=chosen_classes(plan, look), palette=look.palette
    )
    return arranged(scene, arrangement_of(look))


def chosen_classes(plan: Plan, look: MapSpec) -> PlanClasses | None:
    """None for the scene's own, for which it has the figures at hand."""
    own = sorted({float(limit) for limit in look.own if limit > 0}) if look.method == "own" else []
    method = "quantile" if look.method == "own" and not own else look.method
    if method == "quantile" and look.count == 5:
        return None
    return plan_classes(plan, look.measure, method, look.count, own)


def arrangement_of(look: MapSpec) -> Arrangement:
    opacity = {layer: float(share) for layer, share in look.opacity.items()}
    return Arrangement(dict(look.shown), opacity, look.order)
