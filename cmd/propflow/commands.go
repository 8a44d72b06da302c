package main

import (
	"errors"

	"github.com/alecthomas/kong"
)

// commands are the commands and flags of the command line.
type commands struct {
	Demo        demo               `cmd:"" help:"Run API, worker and scheduler in one process, on memory, with seeded staff and sales."`
	Journey     journeyCommand     `cmd:"" help:"Do the main job over HTTP as an owner, a valuer and a supervisor, and save the report."`
	Serve       serveCommand       `cmd:"" help:"Serve the API on real servers."`
	Worker      workerCommand      `cmd:"" help:"Work the job queues; any number of processes."`
	Scheduler   schedulerCommand   `cmd:"" help:"Schedule and work the periodic jobs; any number of processes, one leads."`
	Migrate     migrateCommand     `cmd:"" help:"Change or show the database's schema."`
	Inspect     inspectCommand     `cmd:"" help:"Inspect photo files and judge them: exit code 0 passed, 1 flagged, 2 failed, 3 not readable."`
	Check       checkCommand       `cmd:"" help:"Check that nothing was lost, forged or done twice; only reads."`
	Audit       auditCommand       `cmd:"" help:"Verify the audit chains."`
	Files       filesCommand       `cmd:"" help:"Bring files back."`
	Staff       staffCommand       `cmd:"" help:"Add and list staff on the database itself."`
	Sessions    sessionsCommand    `cmd:"" help:"End sessions on the database itself."`
	Jobs        jobsCommand        `cmd:"" help:"List the jobs that were given up, and put them back."`
	Doctor      doctorCommand      `cmd:"" help:"Examine the installation and say what to do about each fault: exit code 0 nothing, 1 warnings, 2 something is broken."`
	Healthcheck healthcheckCommand `cmd:"" help:"Exit with 0 where the API is ready."`
	Licences    licencesCommand    `cmd:"" help:"Print the licences of what others wrote and this program contains."`
	Version     kong.VersionFlag   `help:"Print the version."`
}

// exitCode returns the error's ExitCode, or 1 if it has none.
func exitCode(err error) int {
	var coded interface{ ExitCode() int }
	if errors.As(err, &coded) {
		return coded.ExitCode()
	}
	return 1
}
