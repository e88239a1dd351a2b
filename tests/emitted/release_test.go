package emitted

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/cli"
	"github.com/dominoc/dominoc/tests/gomodule"
)

// The sample fleet fits the definitions of the release whose types it is made of, so what
// vet reports on another release is of that one.
func TestTheSampleFleetFitsTheReleaseThatItIsMadeOf(t *testing.T) {
	root, err := gomodule.Root()
	require.NoError(t, err)
	provider, err := gomodule.Dir(".", "github.com/upbound/provider-aws/v2")
	require.NoError(t, err)
	var out, said bytes.Buffer
	code := cli.Run(context.Background(), []string{"vet", "-C", root, "--provider-crds", filepath.Join(provider, "package", "crds")}, cli.Streams{Out: &out, Err: &said})
	require.Equal(t, cli.Good, code, "%s", &said)
	require.NotContains(t, said.String(), "provider-schema")
}
