package sizes

import (
	"context"
	"errors"
	"os/exec"
	"strings"
)

// CLI runs the AWS CLI with its own credentials and returns what it prints. Its error is
// what it wrote about the call, in one line.
func CLI(ctx context.Context, args ...string) (string, error) {
	var said strings.Builder
	command := exec.CommandContext(ctx, "aws", append(args, "--no-cli-pager")...)
	command.Stderr = &said
	out, err := command.Output()
	if message := strings.Join(strings.Fields(said.String()), " "); err != nil && message != "" {
		err = errors.New(message)
	}
	return string(out), err
}
