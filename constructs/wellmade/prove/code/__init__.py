"""Where the code of a function stands in a project, and which calls of the tests are its own."""
