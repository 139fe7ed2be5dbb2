"""What a collected article is: the items that travel through the pipelines and the tables that keep them."""
