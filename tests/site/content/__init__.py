"""The articles of the sample newspaper, as data: what is true of them, and how they are printed."""
