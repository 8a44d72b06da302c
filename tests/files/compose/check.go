package compose

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
)

// role describes a service as designed.
type role struct {
	image   string            // pattern of the reference before interpolation of variables
	ports   []string          // published on loopback
	volume  string            // name of the volume for its data
	command string            // command of our own image
	once    bool              // does one task and exits
	after   map[string]string // services that it waits for, with the condition
}

const (
	healthy   = types.ServiceConditionHealthy
	completed = types.ServiceConditionCompletedSuccessfully
	ours      = `propflow:local`
	digest    = `@sha256:[0-9a-f]{64}`
)

// roles returns the designed services by name.
func roles() map[string]role {
	everything := map[string]string{
		"db": healthy, "redis": healthy, "minio": healthy, "minio-init": completed, "migrate": completed,
	}
	return map[string]role{
		"db":         {image: `postgres:16-alpine` + digest, ports: []string{"5432"}, volume: "db-data"},
		"redis":      {image: `redis:7-alpine` + digest, ports: []string{"6379"}, volume: "redis-data"},
		"minio":      {image: `(.+/)?minio/minio:RELEASE\.[-0-9TZ]+` + digest, ports: []string{"9000", "9001"}, volume: "minio-data"},
		"minio-init": {image: `(.+/)?minio/mc:RELEASE\.[-0-9TZ]+` + digest, once: true, after: map[string]string{"minio": healthy}},
		"migrate":    {image: ours, command: "migrate up", once: true, after: map[string]string{"db": healthy}},
		"api":        {image: ours, command: "serve", ports: []string{"8000"}, after: everything},
		"worker":     {image: ours, command: "worker", after: everything},
		"beat":       {image: ours, command: "scheduler", ports: []string{"8090"}, after: everything},
	}
}

// Services lists how the services differ from the design: which there are, their images,
// commands, ports, health checks, volumes, dependencies and privileges.
func (s *Stack) Services() (faults []string) {
	expected := roles()
	for name := range expected {
		if _, there := s.Project.Services[name]; !there {
			faults = append(faults, name+": is missing")
		}
	}
	for name, service := range s.Project.Services {
		r, known := expected[name]
		if !known {
			faults = append(faults, name+": is not of the design")
			continue
		}
		found := slices.Concat(s.image(name, r), published(service, r), health(service, r), kept(service, r), waits(service, r))
		if r.command != "" {
			found = append(found, contained(service, r)...)
		}
		for _, fault := range found {
			faults = append(faults, name+": "+fault)
		}
	}
	for name := range s.Project.Volumes {
		if !slices.ContainsFunc(slices.Collect(maps.Values(expected)), func(r role) bool { return r.volume == name }) {
			faults = append(faults, "volume "+name+": nobody's")
		}
	}
	slices.Sort(faults)
	return faults
}

func (s *Stack) image(name string, r role) []string {
	services, _ := s.model["services"].(map[string]any)
	service, _ := services[name].(map[string]any)
	if image, _ := service["image"].(string); !regexp.MustCompile("^" + r.image + "$").MatchString(image) {
		return []string{fmt.Sprintf("image %q is not %s", image, r.image)}
	}
	return nil
}

func published(service types.ServiceConfig, r role) (faults []string) {
	var ports []string
	for _, port := range service.Ports {
		ports = append(ports, port.Published)
		if port.HostIP != "127.0.0.1" {
			faults = append(faults, "port "+port.Published+" is not bound to loopback")
		}
	}
	if slices.Sort(ports); !slices.Equal(ports, r.ports) {
		faults = append(faults, fmt.Sprintf("publishes %v, not %v", ports, r.ports))
	}
	return faults
}

func health(service types.ServiceConfig, r role) (faults []string) {
	check := service.HealthCheck
	if r.once {
		if check != nil || service.Restart != types.RestartPolicyNo {
			faults = append(faults, "runs once: its exit is its health, and it is not restarted")
		}
		return faults
	}
	if service.Restart != types.RestartPolicyUnlessStopped {
		faults = append(faults, "is not restarted")
	}
	switch {
	case check == nil || check.Disable || len(check.Test) < 2:
		return append(faults, "has no health check")
	case check.Interval == nil || check.Timeout == nil || check.Retries == nil:
		faults = append(faults, "its health check has no interval, timeout or retries")
	}
	// Our image has no shell and no curl, so the binary checks itself.
	if r.command != "" && (check.Test[0] != "CMD" || !slices.Equal(check.Test[1:3], []string{"/propflow", "healthcheck"})) {
		faults = append(faults, "its health check is not propflow's own")
	}
	if tls := service.Environment["HTTP_TLS"]; r.command != "" && (tls == nil || *tls != "false" || !slices.Contains(check.Test, "http://localhost:8000/readyz")) {
		faults = append(faults, "its health check asks by http, and what .env says of HTTP_TLS must not change that")
	}
	return faults
}

func kept(service types.ServiceConfig, r role) (faults []string) {
	var named []string
	for _, volume := range service.Volumes {
		switch {
		case volume.Type == types.VolumeTypeVolume && volume.Source != "":
			named = append(named, volume.Source)
		case volume.Type != types.VolumeTypeBind || !volume.ReadOnly:
			faults = append(faults, volume.Target+" is neither a named volume nor a file to read")
		}
	}
	var want []string
	if r.volume != "" {
		want = []string{r.volume}
	}
	if !slices.Equal(named, want) {
		faults = append(faults, fmt.Sprintf("keeps its data in %v, not %v", named, want))
	}
	return faults
}

func waits(service types.ServiceConfig, r role) (faults []string) {
	conditions := make(map[string]string)
	for name, dependency := range service.DependsOn {
		conditions[name] = dependency.Condition
		if !dependency.Required {
			faults = append(faults, "does not need "+name)
		}
	}
	if !maps.Equal(conditions, r.after) {
		faults = append(faults, fmt.Sprintf("waits for %v, not %v", conditions, r.after))
	}
	return faults
}

// contained lists how a service of our own image differs from its design: its command, a build
// with the commit, and privileges that it does not need.
func contained(service types.ServiceConfig, r role) (faults []string) {
	if command := strings.Join(service.Command, " "); command != r.command {
		faults = append(faults, fmt.Sprintf("runs %q, not %q", command, r.command))
	}
	if service.Build == nil || service.Build.Args["COMMIT"] == nil {
		faults = append(faults, "is not built here with its commit")
	}
	if !service.ReadOnly || !slices.Contains(service.CapDrop, "ALL") || service.Privileged || service.User != "" ||
		!slices.Contains(service.SecurityOpt, "no-new-privileges:true") {
		faults = append(faults, "may do more than it needs")
	}
	return faults
}
