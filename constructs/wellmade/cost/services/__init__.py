"""What each service bills for, one module a service, with the page of AWS that it follows."""
