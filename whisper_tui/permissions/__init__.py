"""Who may do what: policy as data and one pure decision."""
