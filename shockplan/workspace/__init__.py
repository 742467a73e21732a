"""One file per plan (.shockplan): its inputs, parameters and decisions, whole and, if wished, encrypted."""

from shockplan.workspace.opening import is_encrypted
from shockplan.workspace.plans import export_plan, is_workspace, save_plan, workspace_inputs
from shockplan.workspace.workspace import Workspace, open_workspace

__all__ = [
    "Workspace",
    "export_plan",
    "is_encrypted",
    "is_workspace",
    "open_workspace",
    "save_plan",
    "workspace_inputs",
]
