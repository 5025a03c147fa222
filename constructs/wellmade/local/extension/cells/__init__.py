"""What is put into the cells that functions, programs and jobs run in."""
