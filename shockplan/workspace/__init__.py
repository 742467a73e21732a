"""One file per plan (.shockplan): its inputs, parameters and decisions, whole and, if wished, encrypted."""

from shockplan.workspace.plans import export_plan, is_workspace, save_plan, workspace_inputs

__all__ = ["export_plan", "is_workspace", "save_plan", "workspace_inputs"]
