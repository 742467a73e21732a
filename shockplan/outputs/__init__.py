"""What leaves the program: lists, plans, maps and tables. Writers compute nothing."""
