variable "environment" {
  description = "Which environment this is; names of resources follow from it."
  type        = string

  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "environment must be staging or production."
  }
}

variable "region" {
  description = "AWS region. Personal data of Indian owners stays in India."
  type        = string
  default     = "ap-south-1"

  validation {
    condition     = contains(["ap-south-1", "ap-south-2"], var.region)
    error_message = "region must be in India: ap-south-1 or ap-south-2."
  }
}

# Names

variable "domain" {
  description = "Domain of the environment, e.g. propflow.example.in; the API is api.<domain>, the dashboard valuers.<domain>."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain))
    error_message = "domain must be a DNS name in lower case, without a scheme."
  }
}

variable "hosted_zone_id" {
  description = "Route 53 zone that the domain is in."
  type        = string

  validation {
    condition     = can(regex("^Z[A-Z0-9]+$", var.hosted_zone_id))
    error_message = "hosted_zone_id must be the id of a Route 53 zone, Z…"
  }
}

variable "upload_origins" {
  description = "Origins of web pages that upload photos straight to the bucket; the dashboard's and the owner's application's are always allowed."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for origin in var.upload_origins : can(regex("^https://[^/*]+$", origin))])
    error_message = "upload_origins must be https origins without a path or a wildcard."
  }
}

# Network

variable "vpc_cidr" {
  description = "Addresses of the VPC; a /16, cut into /20 subnets."
  type        = string
  default     = "10.0.0.0/16"

  validation {
    condition     = can(cidrnetmask(var.vpc_cidr)) && endswith(var.vpc_cidr, "/16")
    error_message = "vpc_cidr must be an IPv4 /16."
  }
}

variable "zones" {
  description = "In how many availability zones everything runs."
  type        = number
  default     = 2

  validation {
    condition     = var.zones >= 2 && var.zones <= 3
    error_message = "zones must be 2 or 3."
  }
}

variable "nat_gateways" {
  description = "One NAT gateway per zone (production), or a single one (cheaper; its zone's loss cuts off the vendors)."
  type        = string
  default     = "per_zone"

  validation {
    condition     = contains(["per_zone", "single"], var.nat_gateways)
    error_message = "nat_gateways must be per_zone or single."
  }
}

# Images

variable "image_tag" {
  description = "Tag of the images that new task definitions name: the commit. The pipeline deploys by digest afterwards."
  type        = string
  default     = "latest"
}

# Database

variable "database_class" {
  description = "Instance class of PostgreSQL; the vertical scaling of the runbook."
  type        = string
  default     = "db.t3.small"

  validation {
    condition     = startswith(var.database_class, "db.")
    error_message = "database_class must be an RDS instance class, db.…"
  }
}

variable "database_storage_gb" {
  description = "Storage of the database in GB."
  type        = number
  default     = 20

  validation {
    condition     = var.database_storage_gb >= 20
    error_message = "database_storage_gb must be at least 20."
  }
}

variable "database_max_storage_gb" {
  description = "Up to where the storage grows by itself, in GB."
  type        = number
  default     = 200
}

variable "database_connections" {
  description = "max_connections of the database. A db.t3.small carries 200; change it with the class."
  type        = number
  default     = 200

  validation {
    condition     = var.database_connections >= 50 && var.database_connections <= 5000
    error_message = "database_connections must be 50 to 5000."
  }
}

variable "backup_days" {
  description = "For how many days backups allow a return to any second."
  type        = number
  default     = 7

  validation {
    condition     = var.backup_days >= 7 && var.backup_days <= 35
    error_message = "backup_days must be 7 to 35."
  }
}

# Cache

variable "cache_class" {
  description = "Node type of Redis."
  type        = string
  default     = "cache.t3.small"

  validation {
    condition     = startswith(var.cache_class, "cache.")
    error_message = "cache_class must be an ElastiCache node type, cache.…"
  }
}

variable "cache_auth_token" {
  description = "Password of Redis, 32 to 128 characters: give it as TF_VAR_cache_auth_token, never in a file. It is in the state, which is encrypted."
  type        = string
  sensitive   = true

  validation {
    condition     = can(regex("^[A-Za-z0-9]{32,128}$", var.cache_auth_token))
    error_message = "cache_auth_token must be 32 to 128 letters and digits."
  }
}

# Services

variable "services" {
  description = "Size of each service: vCPU units (1024 = 1), memory in MB, fewest and most tasks, database connections of one task's pool."
  type = map(object({
    cpu         = number
    memory      = number
    min         = number
    max         = number
    connections = number
  }))
  default = {
    api       = { cpu = 512, memory = 1024, min = 2, max = 10, connections = 5 }
    worker    = { cpu = 1024, memory = 2048, min = 1, max = 4, connections = 6 }
    beat      = { cpu = 256, memory = 512, min = 1, max = 1, connections = 3 }
    dashboard = { cpu = 256, memory = 512, min = 2, max = 4, connections = 0 }
  }

  validation {
    condition     = toset(keys(var.services)) == toset(["api", "worker", "beat", "dashboard"])
    error_message = "services must size api, worker, beat and dashboard."
  }
  validation {
    condition     = alltrue([for s in values(var.services) : s.min >= 1 && s.max >= s.min])
    error_message = "services: min must be at least 1 and max at least min."
  }
  validation {
    condition     = try(var.services["api"].min, 0) >= 2
    error_message = "services: api needs at least 2 tasks, so that one zone may fail."
  }
}

variable "dashboard_enabled" {
  description = "Whether the dashboard is deployed: false until its first image is in the registry."
  type        = bool
  default     = true
}

variable "log_days" {
  description = "For how many days logs are kept: of tasks, refused connections and requests, of every request. The security log keeps 400."
  type        = number
  default     = 400

  validation {
    condition     = contains([365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_days)
    error_message = "log_days must be at least 365, and one of the numbers that CloudWatch knows: 365, 400, 545, 731, 1096 …"
  }
}

variable "blocked_addresses" {
  description = "IPv4 addresses that the firewall refuses with 403, such as 203.0.113.7/32: those of an attack, while it goes on."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.blocked_addresses : can(cidrnetmask(address)) && try(tonumber(split("/", address)[1]) >= 8, false)])
    error_message = "blocked_addresses must be IPv4 addresses with a length of 8 to 32, such as 203.0.113.7/32."
  }
}

variable "requests_per_address" {
  description = "Requests of one address in 5 minutes before the firewall refuses more. A branch, or a mobile carrier, has one address; the API has limits of its own for each user."
  type        = number
  default     = 10000

  validation {
    condition     = var.requests_per_address >= 3000 && var.requests_per_address <= 2000000000
    error_message = "requests_per_address must be 3000 to 2000000000."
  }
}

variable "vendors" {
  description = "Senders and template ids of messages, and whether photos are analysed: what is not secret of the vendors' accounts. Empty strings and maps mean: console, and skipped."
  type = object({
    twilio_from              = optional(string, "")
    twilio_whatsapp_from     = optional(string, "")
    twilio_sms_contents      = optional(map(string), {})
    twilio_whatsapp_contents = optional(map(string), {})
    twilio                   = optional(bool, false)
    smtp_host                = optional(string, "")
    smtp_port                = optional(number, 587)
    smtp_tls                 = optional(string, "starttls")
    smtp_from                = optional(string, "")
    vision                   = optional(bool, false)
    sentry                   = optional(bool, false)
  })
  default = {}

  validation {
    condition     = contains(["starttls", "implicit"], var.vendors.smtp_tls)
    error_message = "vendors: smtp_tls must be starttls or implicit."
  }
  validation {
    condition     = (var.vendors.smtp_host == "") == (var.vendors.smtp_from == "")
    error_message = "vendors: smtp_host and smtp_from belong together."
  }
}

variable "grievance" {
  description = "Who answers people about their data, as the consent notice names them. Production does not start without."
  type = object({
    name  = optional(string, "")
    email = optional(string, "")
  })
  default = {}
}

variable "capture_origins" {
  description = "Origins of the pages of the owner's application, such as https://app.example.in. They may keep sessions in cookies."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for origin in var.capture_origins : can(regex("^https://[a-z0-9.-]+(:[0-9]+)?$", origin))])
    error_message = "each must be https:// and a host, without a path"
  }
}

variable "collector" {
  description = "Whether a collector beside each process of the backend sends metrics to Amazon Managed Prometheus and a share of traces to X-Ray. It takes some 100 MB of a task's memory. Alarms do not need it."
  type = object({
    enabled     = optional(bool, false)
    image       = optional(string, "public.ecr.aws/aws-observability/aws-otel-collector:v0.45.0")
    traces_rate = optional(number, 0.1)
  })
  default = {}

  validation {
    condition     = var.collector.traces_rate >= 0 && var.collector.traces_rate <= 1
    error_message = "collector: traces_rate must be 0 to 1."
  }
  validation {
    condition     = can(regex(":v?[0-9][^:/]*$|@sha256:", var.collector.image))
    error_message = "collector: image must name a version."
  }
}

# People and pipelines

variable "alarm_emails" {
  description = "Who is told of alarms."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.alarm_emails : can(regex("^[^@\\s]+@[^@\\s]+$", address))])
    error_message = "alarm_emails must be e-mail addresses."
  }
}

variable "github_repository" {
  description = "The repository whose pipelines may deploy, owner/name."
  type        = string

  validation {
    condition     = can(regex("^[\\w.-]+/[\\w.-]+$", var.github_repository))
    error_message = "github_repository must be owner/name."
  }
}

variable "github_subject" {
  description = "How GitHub names the repository in the subject of its tokens, if not by github_repository: owner@id/name@id for repositories made or renamed since July 2026."
  type        = string
  default     = null

  validation {
    condition     = var.github_subject == null || can(regex("^[\\w.-]+(@[0-9]+)?/[\\w.-]+(@[0-9]+)?$", var.github_subject))
    error_message = "github_subject must be owner@id/name@id."
  }
}

# Scaling

variable "api_tls" {
  description = "Whether the load balancer reaches the API by TLS (HTTP_TLS). Releases up to 0.2.0 cannot: docs/ops/README.md, upgrading."
  type        = bool
  default     = false
}

variable "requests_per_task" {
  description = "Requests per minute that one task of api is to answer before another one starts."
  type        = number
  default     = 6000

  validation {
    condition     = var.requests_per_task > 0
    error_message = "requests_per_task must be above 0."
  }
}

variable "jobs_per_worker" {
  description = "Available jobs that one worker may have waiting before another one starts."
  type        = number
  default     = 20

  validation {
    condition     = var.jobs_per_worker > 0
    error_message = "jobs_per_worker must be above 0."
  }
}
