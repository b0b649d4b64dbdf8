"""What every test can ask for: a database of its own; and what every run says at its end."""

pytest_plugins = ["pytester", "tests.clause_report", "tests.left_out", "tests.databases"]
