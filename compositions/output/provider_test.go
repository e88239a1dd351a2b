package output

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The provider assumes no role with a token: it asks for the role itself.
func TestATokenIsGivenTheRoleItself(t *testing.T) {
	role := map[string]any{"roleARN": "arn:aws:iam::123456789012:role/dominoc-provider"}
	require.Equal(t, map[string]any{
		"credentials": map[string]any{"source": "WebIdentity", "webIdentity": role},
	}, assuming("WebIdentity", role))
	require.Equal(t, map[string]any{
		"credentials": map[string]any{"source": "Upbound", "upbound": map[string]any{"webIdentity": role}},
	}, assuming("Upbound", role))
	require.Equal(t, map[string]any{
		"credentials": map[string]any{"source": "IRSA"}, "assumeRoleChain": []any{role},
	}, assuming("IRSA", role))
}
