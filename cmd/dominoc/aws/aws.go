// Package aws runs the AWS CLI with the user's credentials.
//
// In go the arguments of a call; out comes what the AWS CLI prints. What is asked, and what an
// answer means, is left to packages sizes and names.
package aws

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
)

// Call makes a call of the AWS CLI and returns what it prints.
type Call func(ctx context.Context, args ...string) (string, error)

// CLI runs the AWS CLI with its own credentials and returns what it prints. Its error is
// what it wrote about the call, in one line.
func CLI(ctx context.Context, args ...string) (string, error) {
	var said strings.Builder
	command := exec.CommandContext(ctx, "aws", args...)
	command.Env = append(os.Environ(), "AWS_PAGER=") // the flag is unknown to version 1
	command.Stderr = &said
	out, err := command.Output()
	if message := strings.Join(strings.Fields(said.String()), " "); err != nil && message != "" {
		err = errors.New(message)
	}
	return string(out), err
}

// Account returns the account of the credentials.
func (call Call) Account(ctx context.Context) (string, error) {
	account, err := call(ctx, "sts", "get-caller-identity", "--query", "Account", "--output", "text")
	return strings.TrimSpace(account), err
}
