# PropFlow on AWS, one environment: what is in which file
#
#   network.tf        VPC, subnets, NAT, endpoints      security.tf   who may talk to whom
#   load_balancer.tf  ALB, listeners, target groups     dns.tf        names and certificate
#   firewall.tf       WAF                               request_log.tf  every request
#   services.tf       the ECS cluster and its tasks     scaling.tf    how many of them
#   database.tf       PostgreSQL                        cache.tf      Redis
#   storage.tf        photos and reports                registry.tf   images
#   secrets.tf        passwords and keys                access.tf     what tasks and pipelines may do
#   alarms.tf         what wakes people                 dashboard.tf  what they look at then
#   collector.tf      metrics and traces, if wanted

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      Project     = "propflow"
      Environment = var.environment
      ManagedBy   = "terraform"
    }
  }
}

data "aws_caller_identity" "current" {}

data "aws_availability_zones" "available" {
  state = "available"
}

locals {
  production = var.environment == "production"

  # Production has the plain names; every other environment adds its own.
  name = local.production ? "propflow" : "propflow-${var.environment}"

  account = data.aws_caller_identity.current.account_id

  api_host       = "api.${var.domain}"
  dashboard_host = "valuers.${var.domain}"
}
