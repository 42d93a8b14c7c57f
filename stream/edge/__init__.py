"""Where figures come from and go to: Kafka in, HTTP out."""
