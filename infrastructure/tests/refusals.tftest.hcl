# What the variables refuse.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  environment       = "production"
  domain            = "propflow.example.in"
  hosted_zone_id    = "Z0123456789ABCDEFGHIJ"
  github_repository = "propflow/propflow"
  cache_auth_token  = "0123456789abcdef0123456789abcdef"
}

run "an_unknown_environment" {
  command = plan
  variables {
    environment = "dev"
  }
  expect_failures = [var.environment]
}

run "data_outside_india" {
  command = plan
  variables {
    region = "us-east-1"
  }
  expect_failures = [var.region]
}

run "a_single_zone" {
  command = plan
  variables {
    zones = 1
  }
  expect_failures = [var.zones]
}

run "an_origin_with_a_path" {
  command = plan
  variables {
    capture_origins = ["https://app.example.in/capture"]
  }
  expect_failures = [var.capture_origins]
}

run "a_short_password_of_redis" {
  command = plan
  variables {
    cache_auth_token = "short"
  }
  expect_failures = [var.cache_auth_token]
}

run "uploads_from_anywhere" {
  command = plan
  variables {
    upload_origins = ["https://*"]
  }
  expect_failures = [var.upload_origins]
}

run "a_week_without_backups" {
  command = plan
  variables {
    backup_days = 0
  }
  expect_failures = [var.backup_days]
}

run "more_connections_than_the_database_has" {
  command = plan
  variables {
    database_connections = 100
  }
  expect_failures = [aws_db_parameter_group.main]
}

run "one_task_of_the_api" {
  command = plan
  variables {
    services = {
      api       = { cpu = 256, memory = 512, min = 1, max = 4, connections = 5 }
      worker    = { cpu = 256, memory = 512, min = 1, max = 1, connections = 5 }
      beat      = { cpu = 256, memory = 512, min = 1, max = 1, connections = 3 }
      dashboard = { cpu = 256, memory = 512, min = 1, max = 1, connections = 0 }
    }
  }
  expect_failures = [var.services]
}

run "logs_of_a_season" {
  command = plan
  variables {
    log_days = 90
  }
  expect_failures = [var.log_days]
}

run "a_firewall_that_shuts_a_branch_out" {
  command = plan
  variables {
    requests_per_address = 2999
  }
  expect_failures = [var.requests_per_address]
}

run "a_firewall_that_shuts_everybody_out" {
  command = plan
  variables {
    blocked_addresses = ["0.0.0.0/0"]
  }
  expect_failures = [var.blocked_addresses]
}

run "a_blocked_address_that_is_none" {
  command = plan
  variables {
    blocked_addresses = ["203.0.113.7"]
  }
  expect_failures = [var.blocked_addresses]
}

run "a_subject_of_any_repository" {
  command = plan
  variables {
    github_subject = "*/*"
  }
  expect_failures = [var.github_subject]
}

run "mail_without_encryption" {
  command = plan
  variables {
    vendors = { smtp_host = "mail.example.in", smtp_from = "digest@example.in", smtp_tls = "none" }
  }
  expect_failures = [var.vendors]
}

run "mail_from_nobody" {
  command = plan
  variables {
    vendors = { smtp_host = "mail.example.in" }
  }
  expect_failures = [var.vendors]
}
