# What operations promise, asserted offline on a plan of production with default sizes.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  environment       = "production"
  domain            = "propflow.example.in"
  hosted_zone_id    = "Z0123456789ABCDEFGHIJ"
  github_repository = "propflow/propflow"
  cache_auth_token  = "0123456789abcdef0123456789abcdef"
  api_tls           = true
  blocked_addresses = ["203.0.113.7/32"]
}

# One run: each costs a plan of everything.
run "production" {
  # names
  assert {
    condition     = aws_db_instance.main.identifier == "propflow-db" && aws_elasticache_replication_group.main.replication_group_id == "propflow-redis"
    error_message = "the stores must have the names of the runbook"
  }
  assert {
    condition     = aws_s3_bucket.photos.bucket == "propflow-photos" && aws_ecs_cluster.main.name == "propflow-cluster"
    error_message = "bucket and cluster must have the names of the runbook"
  }
  assert {
    condition     = module.backend["api"].log_group_name == "/aws/ecs/propflow-api" && module.migrate.log_group_name == "/aws/ecs/propflow-migrate"
    error_message = "logs must be where the runbook looks"
  }
  assert {
    condition     = toset([for service in module.backend : service.service_name]) == toset(["api", "worker", "beat"]) && module.dashboard[0].service_name == "dashboard"
    error_message = "the services are api, worker, beat and dashboard"
  }
  assert {
    condition     = module.migrate.service_name == null
    error_message = "migrations run when they are asked to, not all the time"
  }

  # network
  assert {
    condition     = aws_vpc.main.cidr_block == "10.0.0.0/16" && aws_vpc.main.enable_dns_support && aws_vpc.main.enable_dns_hostnames
    error_message = "VPC 10.0.0.0/16 with DNS support and host names"
  }
  assert {
    condition     = length(aws_subnet.private) >= 2 && length(aws_subnet.data) >= 2 && length(aws_nat_gateway.main) == 2
    error_message = "at least two zones, each with a way out of its own"
  }
  assert {
    condition     = length(distinct(concat([for s in aws_subnet.public : s.cidr_block], [for s in aws_subnet.private : s.cidr_block], [for s in aws_subnet.data : s.cidr_block]))) == 6
    error_message = "subnets must not overlap"
  }
  assert {
    condition     = length([for r in aws_route_table.data.route : r]) == 0
    error_message = "the stores' subnets have no way out"
  }
  assert {
    condition     = toset([for rule in aws_vpc_security_group_ingress_rule.internet : rule.security_group_id]) == toset([aws_security_group.load_balancer.id])
    error_message = "only the load balancer is open to the internet"
  }
  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.flow : rule.cidr_ipv4 == null && rule.from_port == rule.to_port])
    error_message = "inside, groups are let in by name, one port each"
  }

  # database
  assert {
    condition     = aws_db_instance.main.engine == "postgres" && aws_db_instance.main.engine_version == "16" && aws_db_instance.main.instance_class == "db.t3.small"
    error_message = "PostgreSQL 16 on a db.t3.small"
  }
  assert {
    condition     = aws_db_instance.main.allocated_storage == 20 && aws_db_instance.main.storage_encrypted
    error_message = "20 GB, encrypted"
  }
  assert {
    condition     = !aws_db_instance.main.publicly_accessible && aws_db_instance.main.multi_az && aws_db_instance.main.deletion_protection
    error_message = "private, in two zones, protected from deletion"
  }
  assert {
    condition     = aws_db_instance.main.backup_retention_period >= 7 && !aws_db_instance.main.delete_automated_backups
    error_message = "7 days of backups"
  }
  assert {
    condition     = aws_db_instance.main.manage_master_user_password && aws_db_instance.main.password == null
    error_message = "no password in the state"
  }
  assert {
    condition = alltrue([
      for name, value in { shared_preload_libraries = "pg_stat_statements", max_connections = "200", "rds.force_ssl" = "1" } :
      contains([for p in aws_db_parameter_group.main.parameter : p.value if p.name == name], value)
    ])
    error_message = "pg_stat_statements, connections and TLS are set"
  }
  assert {
    condition     = output.database_connections_at_most <= 0.8 * var.database_connections
    error_message = "the pools must leave 20 % of the connections"
  }

  # cache
  assert {
    condition     = aws_elasticache_replication_group.main.node_type == "cache.t3.small" && aws_elasticache_replication_group.main.num_cache_clusters == 1
    error_message = "one cache.t3.small"
  }
  assert {
    condition     = aws_elasticache_replication_group.main.transit_encryption_enabled && aws_elasticache_replication_group.main.at_rest_encryption_enabled && aws_elasticache_replication_group.main.auth_token != null
    error_message = "TLS, a password, encrypted at rest"
  }

  # bucket
  assert {
    condition     = one([for rule in aws_s3_bucket_lifecycle_configuration.photos.rule : rule if rule.id == "deleted-versions"]).noncurrent_version_expiration[0].noncurrent_days == 90
    error_message = "what was deleted can be brought back for 90 days"
  }
  assert {
    condition     = one([for rule in aws_s3_bucket_lifecycle_configuration.photos.rule : rule if rule.id == "exports"]).noncurrent_version_expiration[0].noncurrent_days == 1
    error_message = "copies of everything held about a person must not be kept"
  }
  assert {
    condition     = contains(flatten([for rule in aws_s3_bucket_cors_configuration.photos.cors_rule : rule.allowed_origins]), "https://valuers.propflow.example.in") && contains(flatten([for rule in aws_s3_bucket_cors_configuration.photos.cors_rule : rule.allowed_methods]), "PUT")
    error_message = "the dashboard's pages may upload"
  }
  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.photos.block_public_acls, aws_s3_bucket_public_access_block.photos.block_public_policy,
      aws_s3_bucket_public_access_block.photos.ignore_public_acls, aws_s3_bucket_public_access_block.photos.restrict_public_buckets,
    ])
    error_message = "the bucket is private"
  }
  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.photos.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms"
    error_message = "photos are encrypted"
  }
  assert {
    condition     = aws_s3_bucket_versioning.photos.versioning_configuration[0].status == "Enabled"
    error_message = "photos can be brought back"
  }
  assert {
    condition = (
      contains(flatten(data.aws_iam_policy_document.photos_access.statement[*].actions), "s3:GetObjectVersion") &&
      !contains(flatten(data.aws_iam_policy_document.photos_access.statement[*].actions), "s3:DeleteObjectVersion")
    )
    error_message = "tasks bring versions back, and cannot delete one"
  }
  assert {
    condition     = !contains(flatten([for rule in aws_s3_bucket_cors_configuration.photos.cors_rule : rule.allowed_origins]), "*")
    error_message = "uploads come from known pages"
  }
  assert {
    condition     = strcontains(data.aws_iam_policy_document.photos.statement[0].effect, "Deny") && one(data.aws_iam_policy_document.photos.statement[0].condition).variable == "aws:SecureTransport"
    error_message = "TLS only"
  }

  # load balancer
  assert {
    condition     = aws_lb_target_group.api.health_check[0].path == "/readyz" && aws_lb_target_group.dashboard.health_check[0].path == "/"
    error_message = "the right health paths"
  }
  assert {
    condition     = aws_lb_target_group.api.protocol == "HTTPS" && aws_lb_target_group.api.health_check[0].protocol == "HTTPS" && local.environment.HTTP_TLS == "true"
    error_message = "TLS from the load balancer to the API, too"
  }
  assert {
    condition     = tonumber(aws_lb_target_group.api.deregistration_delay) >= 15
    error_message = "requests in flight may end"
  }
  assert {
    condition     = aws_lb_listener.http.default_action[0].redirect[0].protocol == "HTTPS" && startswith(aws_lb_listener.https.ssl_policy, "ELBSecurityPolicy-TLS13")
    error_message = "HTTPS only, with today's ciphers"
  }

  # requests: refused, and written down
  assert {
    condition     = aws_wafv2_web_acl_association.main.resource_arn == aws_lb.main.arn && aws_wafv2_web_acl_association.main.web_acl_arn == aws_wafv2_web_acl.main.arn && aws_wafv2_web_acl.main.scope == "REGIONAL"
    error_message = "the firewall is in front of the load balancer"
  }
  assert {
    condition = length([
      for rule in aws_wafv2_web_acl.main.rule : rule if rule.name == "Rate" && length(flatten(rule.action[*].block)) == 1 &&
      [for s in flatten(rule.statement[*].rate_based_statement) : s.limit >= 3000 && s.evaluation_window_sec == 300 && s.aggregate_key_type == "IP"] == [true]
    ]) == 1
    error_message = "an address that floods is refused, from 3,000 requests in 5 minutes at the earliest"
  }
  assert {
    condition = length([
      for rule in aws_wafv2_web_acl.main.rule : rule if rule.name == "Blocked" && length(flatten(rule.action[*].block)) == 1 &&
      flatten(rule.statement[*].ip_set_reference_statement)[*].arn == [aws_wafv2_ip_set.blocked.arn]
    ]) == 1 && aws_wafv2_ip_set.blocked.scope == "REGIONAL" && aws_wafv2_ip_set.blocked.addresses == toset(["203.0.113.7/32"])
    error_message = "addresses of an attack are refused by hand"
  }
  assert {
    condition = toset([for rule in aws_wafv2_web_acl.main.rule : rule.name if length(flatten(rule.override_action[*].none)) == 1 && [for s in flatten(rule.statement[*].managed_rule_group_statement) : "${s.vendor_name} ${s.name}"] == ["AWS ${rule.name}"]]) == toset([
      "AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet",
    ])
    error_message = "what AWS knows as hostile is refused, not just counted"
  }
  assert {
    condition     = flatten([for rule in aws_wafv2_web_acl.main.rule : [for s in flatten(rule.statement[*].managed_rule_group_statement) : [for o in s.rule_action_override : o.name]]]) == ["SizeRestrictions_BODY"]
    error_message = "no managed rule is switched off, but for the one that files of comparables break"
  }
  assert {
    condition = (
      aws_wafv2_web_acl_logging_configuration.main.log_destination_configs == toset([aws_cloudwatch_log_group.firewall.arn]) && startswith(aws_cloudwatch_log_group.firewall.name, "aws-waf-logs-") &&
      toset(flatten([for f in aws_wafv2_web_acl_logging_configuration.main.redacted_fields : [for h in f.single_header : h.name]])) == toset(["authorization", "cookie", "propflow-reason"])
    )
    error_message = "what the firewall refused is written down, without tokens and reasons"
  }
  assert {
    condition     = one(aws_lb.main.access_logs).enabled && one(aws_lb.main.access_logs).bucket == aws_s3_bucket.requests.id && aws_s3_bucket.requests.bucket != aws_s3_bucket.photos.bucket
    error_message = "every request is written down, in a bucket of its own"
  }
  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.requests.block_public_acls, aws_s3_bucket_public_access_block.requests.block_public_policy,
      aws_s3_bucket_public_access_block.requests.ignore_public_acls, aws_s3_bucket_public_access_block.requests.restrict_public_buckets,
      one(aws_s3_bucket_server_side_encryption_configuration.requests.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "AES256",
    ])
    error_message = "requests are private and encrypted, with the one kind of key that load balancers can write with"
  }
  assert {
    condition = (
      one(one(data.aws_iam_policy_document.requests.statement[0].principals).identifiers) == "logdelivery.elasticloadbalancing.amazonaws.com" &&
      data.aws_iam_policy_document.requests.statement[0].actions == toset(["s3:PutObject"]) &&
      one(data.aws_iam_policy_document.requests.statement[0].resources) == "${aws_s3_bucket.requests.arn}/AWSLogs/123456789012/*" &&
      data.aws_iam_policy_document.requests.statement[1].effect == "Deny" && one(data.aws_iam_policy_document.requests.statement[1].condition).variable == "aws:SecureTransport"
    )
    error_message = "load balancers of this account may add requests, and nobody anything else"
  }
  assert {
    condition = alltrue([
      for days in [
        var.log_days, aws_cloudwatch_log_group.flow.retention_in_days, aws_cloudwatch_log_group.firewall.retention_in_days,
        one(one(aws_s3_bucket_lifecycle_configuration.requests.rule).expiration).days,
      ] : days >= 365
    ])
    error_message = "logs are kept for a year"
  }

  # hosts
  assert {
    condition     = aws_lb_listener_rule.host["api"].action[0].target_group_arn == aws_lb_target_group.api.arn && one(one(aws_lb_listener_rule.host["api"].condition).host_header).values == toset(["api.propflow.example.in"])
    error_message = "the API's name leads to the API"
  }
  assert {
    condition     = one(one(aws_lb_listener_rule.host["dashboard"].condition).host_header).values == toset(["valuers.propflow.example.in"]) && aws_lb_target_group.dashboard.port == 3000
    error_message = "the dashboard's name leads to the dashboard"
  }
  assert {
    condition     = aws_lb_listener.https.default_action[0].fixed_response[0].status_code == "404"
    error_message = "other names lead nowhere"
  }
  assert {
    condition     = alltrue([for record in aws_route53_record.host : one(record.alias).evaluate_target_health]) && aws_lb_listener.https.certificate_arn == aws_acm_certificate_validation.main.certificate_arn
    error_message = "names lead to the load balancer, which has their certificate"
  }

  # scaling
  assert {
    condition     = aws_appautoscaling_target.service["api"].min_capacity == 2 && aws_appautoscaling_target.service["api"].max_capacity == 10
    error_message = "api runs 2 to 10 tasks"
  }
  assert {
    condition     = aws_appautoscaling_target.service["api"].resource_id == "service/propflow-cluster/api"
    error_message = "what scales is service/propflow-cluster/api"
  }
  assert {
    condition     = length(aws_appautoscaling_policy.jobs) == 1 && contains(keys(aws_appautoscaling_policy.cpu), "api")
    error_message = "api follows CPU and requests, worker follows jobs"
  }
  assert {
    condition     = strcontains(jsonencode(aws_appautoscaling_policy.jobs[0].target_tracking_scaling_policy_configuration), "JobsAvailable")
    error_message = "workers follow the jobs that could run"
  }

  # alarms
  assert {
    condition     = aws_cloudwatch_metric_alarm.simple["HighLatency"].threshold == 1 && aws_cloudwatch_metric_alarm.simple["HighLatency"].extended_statistic == "p95" && aws_cloudwatch_metric_alarm.simple["HighLatency"].period * aws_cloudwatch_metric_alarm.simple["HighLatency"].evaluation_periods == 300
    error_message = "HighLatency: p95 above 1 s for 5 minutes"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.errors["HighErrorRate"].threshold == 5 && local.error_alarms.HighErrorRate.seconds == 300
    error_message = "HighErrorRate: 5 % for 5 minutes"
  }
  assert {
    condition     = [for name in ["BurnFastLong", "BurnFastShort", "BurnSlowLong", "BurnSlowShort"] : format("%.2f", aws_cloudwatch_metric_alarm.errors[name].threshold)] == ["1.44", "1.44", "0.60", "0.60"]
    error_message = "burn rates: 14.4 and 6 times the budget of 0.1 %"
  }
  assert {
    condition     = [for name in ["BurnFastLong", "BurnFastShort", "BurnSlowLong", "BurnSlowShort"] : local.error_alarms[name].seconds] == [3600, 300, 21600, 1800]
    error_message = "burn rates: over 1 h and 5 min, over 6 h and 30 min"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.simple["DatabaseConnections"].threshold == 160
    error_message = "DatabaseConnections: 80 % of 200"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.simple["QueueBacklog"].threshold == 50 && aws_cloudwatch_metric_alarm.simple["QueueBacklog"].period * aws_cloudwatch_metric_alarm.simple["QueueBacklog"].evaluation_periods == 1800
    error_message = "QueueBacklog: 50 cases for 30 minutes"
  }
  assert {
    condition = alltrue([for name, want in { FailedLogins = ["FailedLogins", 100], Denials = ["Denials", 500], NewAdmin = ["NewAdmins", 0] } :
      aws_cloudwatch_metric_alarm.simple[name].metric_name == want[0] && aws_cloudwatch_metric_alarm.simple[name].threshold == tonumber(want[1]) && aws_cloudwatch_metric_alarm.simple[name].period == 60
    ])
    error_message = "security: 100 failed logins, 500 denials, any new ADMIN"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.disk.threshold == floor(0.15 * 20 * 1024 * 1024 * 1024)
    error_message = "DiskUsage: 85 %"
  }
  assert {
    condition = alltrue([
      for alarm in concat(values(aws_cloudwatch_metric_alarm.simple), [aws_cloudwatch_metric_alarm.disk, aws_cloudwatch_metric_alarm.no_api, aws_cloudwatch_metric_alarm.errors["HighErrorRate"], aws_cloudwatch_metric_alarm.silence], values(aws_cloudwatch_composite_alarm.burn)) :
      contains(alarm.alarm_actions, aws_sns_topic.alarms.arn)
    ])
    error_message = "every alarm tells somebody"
  }
  assert {
    condition     = aws_sns_topic.alarms.kms_master_key_id == aws_kms_key.alarms.arn && contains(flatten([for statement in data.aws_iam_policy_document.alarms_key.statement : [for p in statement.principals : p.identifiers]]), "cloudwatch.amazonaws.com")
    error_message = "CloudWatch may use the key of the topic, or alarms are lost"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.silence.treat_missing_data == "breaching" && aws_cloudwatch_metric_alarm.silence.statistic == "SampleCount"
    error_message = "a silent scheduler is told"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.simple["JobGivenUp"].metric_name == one(aws_cloudwatch_log_metric_filter.given_up.metric_transformation).name && aws_cloudwatch_log_metric_filter.given_up.log_group_name == "/aws/ecs/propflow-worker"
    error_message = "each job that is given up is told"
  }
  assert {
    condition = alltrue([for alarm, key in { OTPNotSent = "not_sent", OTPBudget = "budget" } :
      aws_cloudwatch_metric_alarm.simple[alarm].metric_name == one(aws_cloudwatch_log_metric_filter.codes[key].metric_transformation).name
      && aws_cloudwatch_log_metric_filter.codes[key].log_group_name == "/aws/ecs/propflow-api"
    ])
    error_message = "codes that are not sent, and their budget, are told"
  }
  assert {
    condition = alltrue([
      for metric in ["TargetResponseTime", "HTTPCode_Target_5XX_Count", "DatabaseConnections", "PendingReviews", "CasesBreached", "JobsAvailable", "JobsDead", "JobOldestSeconds", "NotificationOldestSeconds", "FailedLogins", "Denials", "FreeStorageSpace", "DatabaseMemoryUsagePercentage", "HealthyHostCount"] :
      strcontains(aws_cloudwatch_dashboard.main.dashboard_body, metric)
    ])
    error_message = "the dashboard shows what the alarms are about"
  }

  # access
  assert {
    condition = alltrue(flatten([
      for document in [
        data.aws_iam_policy_document.start, data.aws_iam_policy_document.execution, data.aws_iam_policy_document.migrate_execution,
        data.aws_iam_policy_document.photos_access, data.aws_iam_policy_document.deploy,
      ] : [for statement in document.statement : [for action in statement.actions : !strcontains(action, "*")]]
    ]))
    error_message = "no wildcard actions"
  }
  assert {
    condition = alltrue(flatten([
      for document in [
        data.aws_iam_policy_document.start, data.aws_iam_policy_document.execution, data.aws_iam_policy_document.migrate_execution,
        data.aws_iam_policy_document.photos_access, data.aws_iam_policy_document.deploy,
        ] : [
        for statement in document.statement : !contains(statement.resources, "*")
        || length(setsubtract(statement.actions, ["ecr:GetAuthorizationToken", "ecs:DescribeTaskDefinition", "ecs:RegisterTaskDefinition"])) == 0
      ]
    ]))
    error_message = "resources by name, but for the three actions that know none"
  }
  assert {
    condition     = alltrue([for r in aws_ecr_repository.image : r.image_scanning_configuration[0].scan_on_push && r.image_tag_mutability == "IMMUTABLE"])
    error_message = "images are scanned and never replaced"
  }
  assert {
    condition     = alltrue([for p in aws_ecr_lifecycle_policy.image : jsondecode(p.policy).rules[0].selection.countNumber == 50])
    error_message = "old images go, those of a rollback stay"
  }
  assert {
    condition = { for c in one(data.aws_iam_policy_document.github.statement).condition : trimprefix(c.variable, "token.actions.githubusercontent.com:") => "${c.test} ${join(" or ", c.values)}" if !endswith(c.variable, ":job_workflow_ref") } == {
      aud = "StringEquals sts.amazonaws.com"
      sub = "StringEquals repo:propflow/propflow:environment:production"
      ref = "StringEquals refs/heads/main"
    }
    error_message = "only runs of main, in this environment, may deploy"
  }
  assert {
    condition     = [for c in one(data.aws_iam_policy_document.github.statement).condition : "${c.test} ${join(" or ", c.values)}" if c.variable == "token.actions.githubusercontent.com:job_workflow_ref"] == ["StringEquals propflow/propflow/.github/workflows/release.yml@refs/heads/main"]
    error_message = "only release.yml, as it is on main, may deploy to production"
  }
}

run "staging" {
  variables {
    environment    = "staging"
    api_tls        = false
    github_subject = "propflow@1/propflow@2"
  }

  assert {
    condition = { for c in one(data.aws_iam_policy_document.github.statement).condition : trimprefix(c.variable, "token.actions.githubusercontent.com:") => "${c.test} ${join(" or ", sort(c.values))}" } == {
      aud              = "StringEquals sts.amazonaws.com"
      sub              = "StringEquals repo:propflow@1/propflow@2:environment:staging"
      ref              = "StringEquals refs/heads/main"
      job_workflow_ref = "StringEquals propflow/propflow/.github/workflows/deploy.yml@refs/heads/main or propflow/propflow/.github/workflows/release.yml@refs/heads/main"
    }
    error_message = "only deploy.yml and release.yml of main may build and deploy"
  }

  assert {
    condition     = aws_lb_target_group.api.protocol == "HTTP" && aws_lb_target_group.api.name == "propflow-staging-api" && local.environment.HTTP_TLS == "false"
    error_message = "an installation of 0.2.0 keeps its target group until it asks for TLS"
  }

  assert {
    condition     = aws_db_instance.main.identifier == "propflow-staging-db" && aws_s3_bucket.photos.bucket == "propflow-staging-photos"
    error_message = "staging must not collide with production"
  }
  assert {
    condition     = !aws_db_instance.main.multi_az && aws_db_instance.main.storage_encrypted
    error_message = "staging saves on zones, not on safety"
  }
}
