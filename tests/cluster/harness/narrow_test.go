package harness

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Code that uses an omitted package is removed: its import, list elements, arguments, methods.
// Everything else stays.
func TestAGeneratedFileIsNarrowed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "list.go")
	require.NoError(t, os.WriteFile(file, []byte(`package list

import (
	"context"

	"example.com/services/ec2"
	one "example.com/services/sqs"
)

func services(ctx context.Context) []any {
	return []any{
		ec2.Service(ctx),
		one.Service(ctx),
	}
}

func register() {
	all = append(all, ec2.Builder.Add, one.Builder.Add)
}

func (c *Client) EC2() *ec2.Client { return client[*ec2.Client](c) }
func (c *Client) SQS() *one.Client { return client[*one.Client](c) }
`), 0o644))
	narrowed, err := without(file, func(pkg string) bool { return pkg == "example.com/services/sqs" })
	require.NoError(t, err)
	require.Equal(t, `package list

import (
	"context"

	"example.com/services/ec2"
)

func services(ctx context.Context) []any {
	return []any{
		ec2.Service(ctx),
	}
}

func register() {
	all = append(all, ec2.Builder.Add)
}

func (c *Client) EC2() *ec2.Client { return client[*ec2.Client](c) }
`, string(narrowed))
}
