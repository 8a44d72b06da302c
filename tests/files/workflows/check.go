package workflows

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var (
	pinned = regexp.MustCompile(`@(v\d|[0-9a-f]{40}$)`)
	called = regexp.MustCompile(`(?m)(?:^|[\s;&|(])(make|scripts/[\w-]+)(?: ([\w"$.-]+))?`)
	key    = regexp.MustCompile(`aws-access-key-id|aws-secret-access-key|secrets\.AWS_`)
)

// Steps lists the faults of jobs and steps that are possible in every workflow.
func (h House) Steps(all map[string]Workflow, files map[string][]byte) (faults []string) {
	for file, w := range all {
		say := func(format string, arguments ...any) {
			faults = append(faults, file+": "+fmt.Sprintf(format, arguments...))
		}
		if w.Permissions.IsZero() || w.Permissions.Value != "" {
			say("its permissions are not spelled out")
		}
		if key.Match(files[file]) {
			say("signs in with a key that does not expire")
		}
		w.each(func(name string, job Job) {
			if job.RunsOn != "" && job.Timeout == 0 {
				say("%s may run for hours", name)
			}
			if local, ours := strings.CutPrefix(job.Uses, "./.github/workflows/"); ours {
				if _, there := all[local]; !there {
					say("%s calls %s, which is not there", name, local)
				}
			}
			for _, step := range job.Steps {
				if step.Uses != "" && !pinned.MatchString(step.Uses) {
					say("%s uses %s, which may change", name, step.Uses)
				}
				for _, fault := range h.run(w, job, step) {
					say("%s: %s", name, fault)
				}
			}
		})
	}
	slices.Sort(faults)
	return faults
}

// run lists targets and scripts that a step calls but that do not exist, and variables that a
// script requires but the step does not pass.
func (h House) run(w Workflow, job Job, step Step) (faults []string) {
	for _, m := range called.FindAllStringSubmatch(step.Run, -1) {
		command, first := m[1], m[2]
		if command == "make" {
			if !slices.Contains(h.Targets, first) {
				faults = append(faults, "make "+first+": there is no such target")
			}
			continue
		}
		script := strings.TrimPrefix(command, "scripts/")
		if !slices.Contains(h.Scripts, script) {
			faults = append(faults, command+" is not there")
		}
		if script != "deploy" {
			continue
		}
		wants, there := h.Wants[first]
		if !there {
			faults = append(faults, "scripts/deploy "+first+": there is no such step")
		}
		for _, variable := range wants {
			if w.Env[variable]+job.Env[variable]+step.Env[variable] == "" {
				faults = append(faults, "scripts/deploy "+first+" is not given "+variable)
			}
		}
	}
	return faults
}

// CI lists steps of ci.yml that developers could not run on their own machines.
func CI(w Workflow) (faults []string) {
	w.each(func(name string, job Job) {
		for _, step := range job.Steps {
			if step.Run != "" && !strings.HasPrefix(step.Run, "make ") && !strings.HasPrefix(step.Run, "sudo scripts/apt-get ") {
				faults = append(faults, name+" runs "+step.Run+": not a make target")
			}
		}
	})
	return faults
}

// Deploy lists violations of the order of a deployment: CI, image, staging, approval, production.
func Deploy(w Workflow) (faults []string) {
	order := []string{"check", "build", "staging", "approve", "production"}
	for i, name := range order {
		if _, there := w.Jobs[name]; !there {
			faults = append(faults, name+" is missing")
		} else if i > 0 && !w.after(name, order[i-1]) {
			faults = append(faults, name+" does not wait for "+order[i-1])
		}
	}
	if !strings.HasSuffix(w.Jobs["check"].Uses, "/ci.yml") {
		faults = append(faults, "check is not CI")
	}
	if w.Jobs["approve"].Environment != "production-approval" {
		faults = append(faults, "approve asks nobody")
	}
	for _, name := range []string{"staging", "production"} {
		job := w.Jobs[name]
		if job.With["environment"] != name || job.With["digest"] != "${{ needs.build.outputs.digest }}" || job.If != "" {
			faults = append(faults, name+" does not get the image that was built, or past what failed")
		}
	}
	notify := w.Jobs["notify"]
	if notify.If != "failure()" || !w.after("notify", "check") || !w.after("notify", "build") {
		faults = append(faults, "a failure before staging is not told")
	}
	if w.Concurrency.Group == "" || w.Concurrency.Cancel.Value != "false" {
		faults = append(faults, "two may deploy at once, or one is cut short")
	}
	return faults
}

// Release lists violations of the order of a release: snapshot, migrations, tasks, smoke tests,
// notification.
func Release(w Workflow) (faults []string) {
	if !w.after("deploy-backend", "run-migrations") {
		faults = append(faults, "tasks do not wait for migrations")
	}
	for job, order := range map[string][]string{
		"run-migrations": {"promote", "snapshot", "migrate"}, "deploy-backend": {"service", "smoke"},
	} {
		last := -1
		for _, step := range order {
			at := slices.IndexFunc(w.Jobs[job].Steps, func(s Step) bool { return strings.Contains(s.Run, "scripts/deploy "+step) })
			if at <= last {
				faults = append(faults, job+": "+step+" is missing or too early")
			}
			last = at
		}
	}
	notify := w.Jobs["notify"]
	if notify.If != "always()" || !w.after("notify", "deploy-backend") || !w.after("notify", "run-migrations") {
		faults = append(faults, "a failure is not told")
	}
	return faults
}
