package workflows

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var (
	byDigest  = regexp.MustCompile(`@[0-9a-f]{40}$`)
	versioned = regexp.MustCompile(`(?m)^\s*(?:- )?uses: [^./]\S*@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	action    = regexp.MustCompile(`(?m)^\s*(?:- )?uses: [^./].*$`)
	called    = regexp.MustCompile(`(?m)(?:^|[\s;&|(])(make|scripts/[\w-]+)(?: ([\w"$.-]+))?`)
	key       = regexp.MustCompile(`aws-access-key-id|aws-secret-access-key|secrets\.AWS_`)
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
		for _, use := range action.FindAll(files[file], -1) {
			if !versioned.Match(use) {
				say("%s: not a digest with its version beside it", bytes.TrimSpace(use))
			}
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
				if step.Uses != "" && !byDigest.MatchString(step.Uses) {
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

// CI lists steps of ci.yml that developers could not run on their own machines, searches for known
// vulnerabilities that do not happen, and random runs that stop a deployment.
func CI(w Workflow) (faults []string) {
	w.each(func(name string, job Job) {
		if job.step("make fuzz") >= 0 && job.If != "github.event_name == 'schedule'" {
			faults = append(faults, name+": a random run may stop a deployment")
		}
		for _, step := range job.Steps {
			if step.Run != "" && !strings.HasPrefix(step.Run, "make ") && !strings.HasPrefix(step.Run, "sudo scripts/apt-get ") {
				faults = append(faults, name+" runs "+step.Run+": not a make target")
			}
		}
	})
	if security := w.Jobs["security"]; security.If != "" || security.step("make verify-vulnerabilities") < 0 {
		faults = append(faults, "known vulnerabilities are not looked for")
	}
	if len(w.On.Schedule) == 0 {
		faults = append(faults, "what becomes known without a push is not looked for")
	}
	return faults
}

// Deploy lists violations of the order of a deployment: CI, image and its signatures, staging,
// production, which asks its reviewers itself.
func Deploy(w Workflow) (faults []string) {
	order := []string{"check", "build", "staging", "production"}
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
	for name, condition := range map[string]string{
		"staging": "", "production": "github.event_name == 'push' || inputs.environment == 'production'",
	} {
		job := w.Jobs[name]
		if job.With["environment"] != name || job.With["digest"] != "${{ needs.build.outputs.digest }}" || job.If != condition {
			faults = append(faults, name+" does not get the image that was built, or past what failed")
		}
	}
	for name, job := range w.Jobs {
		if job.Environment != "" && job.Environment != "staging" {
			faults = append(faults, name+" enters "+job.Environment+" before release.yml")
		}
		if job.Permissions["attestations"] == "write" && name != "build" {
			faults = append(faults, name+" may sign, too")
		}
	}
	notify := w.Jobs["notify"]
	if notify.If != "failure()" || !w.after("notify", "check") || !w.after("notify", "build") {
		faults = append(faults, "a failure before staging is not told")
	}
	if w.Concurrency.Group == "" || w.Concurrency.Cancel.Value != "false" {
		faults = append(faults, "two may deploy at once, or one is cut short")
	}
	return slices.Concat(faults, signed(w.Jobs["build"]))
}

// signed lists what is not signed of the image: where it comes from, and what it contains.
func signed(build Job) (faults []string) {
	pushed := build.step("scripts/deploy image")
	var origin, content bool
	for i, step := range build.Steps {
		if !strings.HasPrefix(step.Uses, "actions/attest@") || i < pushed {
			continue
		}
		if step.If != "" || step.With["subject-digest"] != "${{ steps.push.outputs.digest }}" {
			faults = append(faults, "build signs something else than what it pushed")
		}
		switch step.With["sbom-path"] {
		case "":
			origin = true
		case "build/sbom.cdx.json":
			content = true
		}
	}
	if pushed < 0 || !origin {
		faults = append(faults, "build does not sign where the image comes from")
	}
	if list := build.step("make sbom"); list < 0 || !content {
		faults = append(faults, "build does not sign what the image contains")
	}
	return faults
}

// signedIn is for how many minutes a sign-in to a deploy role is good (access.tf).
const signedIn = 60

// Release lists violations of the order of a release: signatures, snapshot, migrations, tasks,
// smoke tests, notification. It is one job, because an environment asks its reviewers for each.
func Release(w Workflow) (faults []string) {
	if len(w.Jobs) != 1 {
		faults = append(faults, "reviewers are asked more than once")
	}
	job := w.Jobs["release"]
	if job.Environment != "${{ inputs.environment }}" {
		faults = append(faults, "reviewers are not asked")
	}
	last := -1
	for _, step := range []string{"verify", "promote", "snapshot", "migrate", "service", "smoke", "notify"} {
		at := job.step("scripts/deploy " + step)
		if at <= last {
			faults = append(faults, step+" is missing or too early")
		}
		last = at
	}
	minutes := 0 // since the last sign-in
	for _, step := range job.Steps {
		if minutes += step.Timeout; strings.HasPrefix(step.Uses, "aws-actions/configure-aws-credentials@") {
			minutes = 0
		}
		if step.Run != "" && step.Timeout == 0 || minutes > signedIn {
			faults = append(faults, step.Name+" may outlive its sign-in")
		}
		condition := ""
		switch {
		case strings.Contains(step.Run, "scripts/deploy promote"):
			condition = "inputs.environment == 'production'"
		case strings.Contains(step.Run, "scripts/deploy notify"):
			condition = "always()"
		}
		if step.If != condition {
			faults = append(faults, fmt.Sprintf("%s%s: if %q, not %q", step.Name, step.Uses, step.If, condition))
		}
	}
	return faults
}
