# What tasks are given. `go test ./tests/files/infra` reads the definitions that these runs make and
# holds them against what the processes read.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  environment       = "production"
  domain            = "propflow.example.in"
  hosted_zone_id    = "Z0123456789ABCDEFGHIJ"
  github_repository = "propflow/propflow"
  cache_auth_token  = "0123456789abcdef0123456789abcdef"
  grievance         = { name = "Grievance officer", email = "privacy@propflow.example.in" }
}

run "nothing_but_the_product" {
  assert {
    condition     = length(aws_prometheus_workspace.main) == 0 && length(aws_iam_role_policy.collector) == 0
    error_message = "without a collector nothing is there for it"
  }
  assert {
    condition     = length(aws_vpc_security_group_egress_rule.mail) == 0
    error_message = "without a mail server no way leads to one"
  }
}

run "everything" {
  variables {
    collector       = { enabled = true }
    capture_origins = ["https://app.propflow.example.in"]
    vendors = {
      twilio                   = true
      twilio_from              = "PRPFLW"
      twilio_whatsapp_from     = "+910000000000"
      twilio_sms_contents      = { "submitted.en" = "HX00000000000000000000000000000000", "valued.hi" = "HX11111111111111111111111111111111" }
      twilio_whatsapp_contents = { "valued.en" = "HX22222222222222222222222222222222" }
      smtp_host                = "email-smtp.ap-south-1.amazonaws.com"
      smtp_from                = "PropFlow <digest@propflow.example.in>"
      vision                   = true
      sentry                   = true
    }
  }

  assert {
    condition     = one(aws_vpc_security_group_egress_rule.mail[*].to_port) == 587 && one(aws_vpc_security_group_egress_rule.mail[*].security_group_id) == aws_security_group.jobs.id
    error_message = "jobs reach the mail server"
  }
  assert {
    condition     = one(data.aws_iam_policy_document.collector[*].statement[0].resources) == toset([aws_prometheus_workspace.main[0].arn])
    error_message = "the collector writes to its own workspace"
  }
  assert {
    condition     = alltrue([for statement in data.aws_iam_policy_document.collector[0].statement : alltrue([for action in statement.actions : !strcontains(action, "*")])])
    error_message = "the collector may do no more than write"
  }
  assert {
    condition     = alltrue([for address in [local.metrics_address, local.traces_address] : startswith(address, "127.0.0.1:")])
    error_message = "metrics and traces stay inside the task"
  }
  assert {
    condition     = alltrue([for name, collector in local.collectors : collector.config.receivers.prometheus.config.scrape_configs[0].static_configs[0].targets == [local.environment.METRICS_ADDRESS] && "http://${collector.config.receivers.otlp.protocols.http.endpoint}" == local.environment.OTEL_EXPORTER_OTLP_ENDPOINT])
    error_message = "the collector listens and asks where the processes are told"
  }
}
