"""What is accepted: the resident's steps and their draft, the desk's one screen, the visitor's code."""
