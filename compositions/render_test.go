package compositions_test

import (
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions"
)

// What AWS takes in base64 nobody reads: a comment above the object has the text.
func TestACommentShowsTheUserDataOfALaunchTemplate(t *testing.T) {
	object := func(kind, text string) map[string]any {
		return map[string]any{"kind": kind, "spec": map[string]any{"forProvider": map[string]any{
			"userData": base64.StdEncoding.EncodeToString([]byte(text)),
		}}}
	}
	require.Equal(t, `# userData is this in base64:
#   MIME-Version: 1.0
#
#     indented
`, compositions.Comment(object("LaunchTemplate", "MIME-Version: 1.0\n\n  indented\n")))
	require.Empty(t, compositions.Comment(object("LaunchTemplate", "")))
	require.Empty(t, compositions.Comment(object("NodeGroup", "text")))
}
