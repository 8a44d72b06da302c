variable "prefix" {
  description = "What the names of this environment begin with."
  type        = string
}

variable "name" {
  description = "The service, e.g. api."
  type        = string
}

variable "region" {
  description = "Where logs go."
  type        = string
}

variable "cluster_arn" {
  description = "The ECS cluster."
  type        = string
}

variable "image" {
  description = "The image, with tag or digest."
  type        = string
}

variable "command" {
  description = "Arguments of the image's entry point; null for its own."
  type        = list(string)
  default     = null
}

variable "cpu" {
  description = "vCPU units, 1024 for one."
  type        = number
}

variable "memory" {
  description = "Memory in MB."
  type        = number
}

variable "tasks" {
  description = "How many run at first; null for a task that is run by hand or by the pipeline."
  type        = number
  default     = null
}

variable "rolling_percent" {
  description = "How many tasks may run while a deployment replaces them, in percent."
  type        = number
  default     = 150

  validation {
    condition     = var.rolling_percent > 100
    error_message = "rolling_percent must be above 100, or no deployment can begin."
  }
}

variable "port" {
  description = "What it listens on; null where nobody calls it."
  type        = number
  default     = null
}

variable "target_group_arn" {
  description = "Where the load balancer finds it; null where it does not."
  type        = string
  default     = null
}

variable "health_command" {
  description = "Command that fails where the container is to be replaced; liveness, never the health of a store."
  type        = list(string)
  default     = null
}

variable "stop_timeout" {
  description = "Seconds from SIGTERM to SIGKILL: what a request or a job in flight may take."
  type        = number
  default     = 30
}

variable "environment" {
  description = "Variables, none of them secret."
  type        = map(string)
  default     = {}
}

variable "secrets" {
  description = "Variables that ECS reads from Secrets Manager: name to ARN."
  type        = map(string)
  default     = {}
}

variable "collector" {
  description = "Image and configuration of an OpenTelemetry collector beside the process; null for none. The task goes on without it."
  type        = any
  default     = null
}

variable "subnets" {
  description = "Private subnets."
  type        = list(string)
}

variable "security_group" {
  description = "Its security group."
  type        = string
}

variable "execution_role_arn" {
  description = "What ECS itself may do to start it."
  type        = string
}

variable "task_role_arn" {
  description = "What the process may do."
  type        = string
}

variable "log_days" {
  description = "For how many days logs are kept."
  type        = number

  validation {
    condition     = var.log_days >= 365
    error_message = "log_days must be at least 365."
  }
}
