# Metrics and traces, if var.collector is on: an OpenTelemetry collector runs beside each process
# of the backend. It asks the process for metrics and takes its traces, both on the loopback of
# the task, which nothing else can reach. Alarms need none of it (alarms.tf).

locals {
  metrics_address = "127.0.0.1:9464"
  traces_address  = "127.0.0.1:4318"

  collected = var.collector.enabled ? {
    METRICS_ADDRESS             = local.metrics_address
    OTEL_EXPORTER_OTLP_ENDPOINT = "http://${local.traces_address}"
    TRACES_RATE                 = tostring(var.collector.traces_rate)
  } : {}
}

resource "aws_prometheus_workspace" "main" {
  count = var.collector.enabled ? 1 : 0
  alias = local.name
}

locals {
  collectors = {
    for name in keys(local.backend) : name => {
      image = var.collector.image
      config = {
        extensions = { sigv4auth = { region = var.region, service = "aps" } }
        receivers = {
          prometheus = {
            config = {
              scrape_configs = [{
                job_name        = name
                scrape_interval = "30s"
                static_configs  = [{ targets = [local.metrics_address] }]
              }]
            }
          }
          otlp = { protocols = { http = { endpoint = local.traces_address } } }
        }
        processors = {
          memory_limiter = { check_interval = "1s", limit_mib = 150 }
          # Every task reports the same address, so the task's ARN distinguishes them.
          resourcedetection = { detectors = ["ecs"] }
          batch             = {}
        }
        exporters = {
          prometheusremotewrite = {
            endpoint                         = "${one(aws_prometheus_workspace.main[*].prometheus_endpoint)}api/v1/remote_write"
            auth                             = { authenticator = "sigv4auth" }
            resource_to_telemetry_conversion = { enabled = true }
          }
          awsxray = { region = var.region }
        }
        service = {
          extensions = ["sigv4auth"]
          pipelines = {
            metrics = { receivers = ["prometheus"], processors = ["memory_limiter", "resourcedetection", "batch"], exporters = ["prometheusremotewrite"] }
            traces  = { receivers = ["otlp"], processors = ["memory_limiter", "resourcedetection", "batch"], exporters = ["awsxray"] }
          }
        }
      }
    } if var.collector.enabled
  }
}

data "aws_iam_policy_document" "collector" {
  count = var.collector.enabled ? 1 : 0

  statement {
    sid       = "WriteMetrics"
    actions   = ["aps:RemoteWrite"]
    resources = [aws_prometheus_workspace.main[0].arn]
  }
  statement {
    sid       = "WriteTraces"
    actions   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
    resources = ["*"] # AWS allows no names here
  }
}

resource "aws_iam_role_policy" "collector" {
  count  = var.collector.enabled ? 1 : 0
  name   = "collector"
  role   = aws_iam_role.task["backend"].id
  policy = data.aws_iam_policy_document.collector[0].json
}
