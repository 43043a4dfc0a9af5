"""What is loaded and shown: problems from the database, rounds, boards, figures."""
