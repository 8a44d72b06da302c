# What wakes people. Thresholds are those of the operations manual (docs/ops/monitoring.md);
# burn rates are Google's for an SLO of 99.9 % over 30 days (SRE Workbook, chapter 5).

# A key of our own: CloudWatch may not use the one that AWS manages for SNS, and an alarm that
# cannot be encrypted is lost silently.
resource "aws_kms_key" "alarms" {
  description             = "What alarms say, on its way through ${local.name}-alarms"
  enable_key_rotation     = true
  deletion_window_in_days = local.production ? 30 : 7
  policy                  = data.aws_iam_policy_document.alarms_key.json
}

data "aws_iam_policy_document" "alarms_key" {
  statement {
    sid       = "LetIAMDecide" # the policy that AWS gives to every key
    actions   = ["kms:*"]
    resources = ["*"] # this key

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${local.account}:root"]
    }
  }
  statement {
    sid       = "AlarmsEncrypt"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = ["*"] # this key

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_sns_topic" "alarms" {
  name              = "${local.name}-alarms"
  kms_master_key_id = aws_kms_key.alarms.arn
}

resource "aws_sns_topic_subscription" "email" {
  for_each  = toset(var.alarm_emails)
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}

locals {
  # Namespace of the API's own metrics: lines of its log in CloudWatch's embedded format.
  metric_namespace = "PropFlow"

  load_balancer = { LoadBalancer = aws_lb.main.arn_suffix }
  api_target    = { LoadBalancer = aws_lb.main.arn_suffix, TargetGroup = aws_lb_target_group.api.arn_suffix }
  database      = { DBInstanceIdentifier = aws_db_instance.main.identifier }
  own           = { Environment = var.environment }

  # One metric against one threshold, for `periods` of `period` seconds.
  simple_alarms = {
    HighLatency = {
      namespace = "AWS/ApplicationELB", metric = "TargetResponseTime", dimensions = local.api_target
      statistic = "p95", threshold = 1, period = 60, periods = 5, missing = "notBreaching"
      about     = "p95 of the API above 1 s for 5 minutes. Runbook: high latency"
    }
    DatabaseConnections = {
      namespace = "AWS/RDS", metric = "DatabaseConnections", dimensions = local.database
      statistic = "Maximum", threshold = floor(0.8 * var.database_connections), period = 60, periods = 3, missing = "breaching"
      about     = "More than 80 % of the database's connections in use, or no figure at all. Runbook: database connections"
    }
    QueueBacklog = {
      namespace = local.metric_namespace, metric = "PendingReviews", dimensions = local.own
      statistic = "Minimum", threshold = 50, period = 300, periods = 6, missing = "missing"
      about     = "More than 50 cases wait for a valuer for 30 minutes. Runbook: queue backlog"
    }
    # On as long as there is a dead job, so it cannot announce the next; JobGivenUp does.
    JobsDead = {
      namespace = local.metric_namespace, metric = "JobsDead", dimensions = local.own
      statistic = "Maximum", threshold = 0, period = 300, periods = 1, missing = "notBreaching"
      about     = "Jobs lie there that were given up. Runbook: failed jobs"
    }
    JobGivenUp = {
      namespace = local.metric_namespace, metric = local.given_up_metric, dimensions = null
      statistic = "Sum", threshold = 0, period = 300, periods = 1, missing = "notBreaching"
      about     = "A job was given up in the last 5 minutes. Runbook: failed jobs"
    }
    JobsOverdue = {
      namespace = local.metric_namespace, metric = "JobOldestSeconds", dimensions = local.own
      statistic = "Maximum", threshold = 120, period = 60, periods = 5, missing = "notBreaching"
      about     = "A job that could run has waited over 2 minutes, for 5 minutes: workers are gone or do not keep up. Runbook: photo uploads fail"
    }
    NotificationsOverdue = {
      namespace = local.metric_namespace, metric = "NotificationOldestSeconds", dimensions = local.own
      statistic = "Maximum", threshold = 300, period = 60, periods = 5, missing = "notBreaching"
      about     = "A message has waited over 5 minutes to be sent. Runbook: notifications"
    }
    SLABreached = {
      namespace = local.metric_namespace, metric = "CasesBreached", dimensions = local.own
      statistic = "Maximum", threshold = 0, period = 300, periods = 1, missing = "notBreaching"
      about     = "A case passed its 5 hours without a decision"
    }
    # The figures of the security log are counts of the last 5 minutes.
    FailedLogins = {
      namespace = local.metric_namespace, metric = "FailedLogins", dimensions = local.own
      statistic = "Maximum", threshold = 100, period = 60, periods = 1, missing = "notBreaching"
      about     = "More than 100 failed logins in 5 minutes: somebody guesses codes. Runbook: failed logins"
    }
    Denials = {
      namespace = local.metric_namespace, metric = "Denials", dimensions = local.own
      statistic = "Maximum", threshold = 500, period = 60, periods = 1, missing = "notBreaching"
      about     = "More than 500 refused requests in 5 minutes: forged tokens, or somebody tries what they may not do. Runbook: failed logins"
    }
    NewAdmin = {
      namespace = local.metric_namespace, metric = "NewAdmins", dimensions = local.own
      statistic = "Maximum", threshold = 0, period = 60, periods = 1, missing = "notBreaching"
      about     = "Somebody became an ADMIN in the last 5 minutes. Ask who granted it. Runbook: new ADMIN"
    }
    SMSBudget = {
      namespace = local.metric_namespace, metric = "SMSBudgetPercent", dimensions = local.own
      statistic = "Maximum", threshold = 80, period = 60, periods = 1, missing = "notBreaching"
      about     = "More than 80 % of the budget of messages is spent: once it is, only known numbers get codes. Runbook: SMS budget spent"
    }
    DatabaseCPU = {
      namespace = "AWS/RDS", metric = "CPUUtilization", dimensions = local.database
      statistic = "Average", threshold = 80, period = 60, periods = 10, missing = "breaching"
      about     = "The database is busy. Runbook: high latency"
    }
    CacheMemory = {
      namespace = "AWS/ElastiCache", metric = "DatabaseMemoryUsagePercentage", dimensions = { CacheClusterId = "${local.name}-redis-001" }
      statistic = "Maximum", threshold = 80, period = 60, periods = 5, missing = "breaching"
      about     = "Redis fills up: without memory nobody can log in"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "simple" {
  for_each            = local.simple_alarms
  alarm_name          = "${local.name}-${each.key}"
  alarm_description   = each.value.about
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = startswith(each.value.statistic, "p") ? null : each.value.statistic
  extended_statistic  = startswith(each.value.statistic, "p") ? each.value.statistic : null
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  period              = each.value.period
  evaluation_periods  = each.value.periods
  treat_missing_data  = each.value.missing
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

locals {
  given_up_metric = "${local.name}-JobGivenUp"
}

# Each job that is given up counts when it is logged, however many dead ones there are already.
resource "aws_cloudwatch_log_metric_filter" "given_up" {
  name           = local.given_up_metric
  log_group_name = module.backend["worker"].log_group_name
  pattern        = "{ $.msg = \"job given up\" }"

  metric_transformation {
    namespace     = local.metric_namespace
    name          = local.given_up_metric
    value         = "1"
    default_value = "0"
  }
}

# The scheduler reports the figures that the alarms above depend on. If it is silent, they stay
# off whatever happens.
resource "aws_cloudwatch_metric_alarm" "silence" {
  alarm_name          = "${local.name}-SchedulerSilent"
  alarm_description   = "No figures of the scheduler for 5 minutes: other alarms see nothing. Runbook: queue backlog"
  namespace           = local.metric_namespace
  metric_name         = "PendingReviews"
  dimensions          = local.own
  statistic           = "SampleCount"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  period              = 60
  evaluation_periods  = 5
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

# Less free than 15 % of the storage: more than 85 % used. The storage grows by itself; the
# next `terraform apply` after that moves the threshold with it.
resource "aws_cloudwatch_metric_alarm" "disk" {
  alarm_name          = "${local.name}-DiskUsage"
  alarm_description   = "More than 85 % of the database's storage is used, or no figure at all. Runbook: database"
  namespace           = "AWS/RDS"
  metric_name         = "FreeStorageSpace"
  dimensions          = local.database
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = floor(0.15 * aws_db_instance.main.allocated_storage * pow(1024, 3)) # bytes
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

# Share of 5xx answers, in percent, over a window of `seconds`. Answers of the load balancer
# itself count: to its clients a dead API is no better than a failing one.
locals {
  slo_budget = 0.1 # percent of requests that may fail: 99.9 %

  error_alarms = {
    HighErrorRate = { seconds = 300, periods = 1, threshold = 5, page = true }
    BurnFastLong  = { seconds = 3600, periods = 1, threshold = 14.4 * local.slo_budget, page = false }
    BurnFastShort = { seconds = 300, periods = 1, threshold = 14.4 * local.slo_budget, page = false }
    BurnSlowLong  = { seconds = 21600, periods = 1, threshold = 6 * local.slo_budget, page = false }
    BurnSlowShort = { seconds = 1800, periods = 1, threshold = 6 * local.slo_budget, page = false }
  }
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  for_each            = local.error_alarms
  alarm_name          = "${local.name}-${each.key}"
  alarm_description   = each.value.page ? "More than ${each.value.threshold} % of requests fail. Runbook: API down" : "Part of the burn-rate alarms"
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  evaluation_periods  = each.value.periods
  treat_missing_data  = "notBreaching"
  alarm_actions       = each.value.page ? [aws_sns_topic.alarms.arn] : []
  ok_actions          = each.value.page ? [aws_sns_topic.alarms.arn] : []

  metric_query {
    id          = "share"
    expression  = "100 * (FILL(target, 0) + FILL(balancer, 0)) / requests"
    label       = "5xx answers, percent"
    return_data = true
  }
  dynamic "metric_query" {
    for_each = { target = "HTTPCode_Target_5XX_Count", balancer = "HTTPCode_ELB_5XX_Count", requests = "RequestCount" }

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = metric_query.value
        dimensions  = local.load_balancer
        stat        = "Sum"
        period      = each.value.seconds
      }
    }
  }
}

# A burn rate pages only if the long window shows that it matters and the short one that it
# still goes on.
resource "aws_cloudwatch_composite_alarm" "burn" {
  for_each = {
    ErrorBudgetBurnsFast = ["BurnFastLong", "BurnFastShort"]
    ErrorBudgetBurnsSlow = ["BurnSlowLong", "BurnSlowShort"]
  }
  alarm_name        = "${local.name}-${each.key}"
  alarm_description = "At this rate the month's error budget is gone in ${each.key == "ErrorBudgetBurnsFast" ? "two days" : "five days"}"
  alarm_rule        = join(" AND ", [for part in each.value : "ALARM(\"${aws_cloudwatch_metric_alarm.errors[part].alarm_name}\")"])
  alarm_actions     = [aws_sns_topic.alarms.arn]
  ok_actions        = [aws_sns_topic.alarms.arn]
}

# No healthy task is left to answer.
resource "aws_cloudwatch_metric_alarm" "no_api" {
  alarm_name          = "${local.name}-NoHealthyAPI"
  alarm_description   = "Fewer than 1 healthy task of the API. Runbook: API down"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "HealthyHostCount"
  dimensions          = local.api_target
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  period              = 60
  evaluation_periods  = 2
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}
