"""The pages of the flow. A page shows what the session holds and asks the session for work; nothing else."""
