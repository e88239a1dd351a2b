package scaling

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheDesiredSizeIsStatedOnlyWhereEKSNeedsIt(t *testing.T) {
	for name, c := range map[string]struct {
		desired int64
		after   Bounds
		want    string
	}{
		"within":     {4, Bounds{2, 6}, "minSize=2,maxSize=6"},
		"too many":   {4, Bounds{1, 3}, "minSize=1,maxSize=3,desiredSize=3"},
		"too few":    {0, Bounds{1, 3}, "minSize=1,maxSize=3,desiredSize=1"},
		"at the end": {3, Bounds{3, 3}, "minSize=3,maxSize=3"},
	} {
		t.Run(name, func(t *testing.T) {
			change := Change{Region: "us-west-2", Cluster: "prod", Group: "prod-default-a", After: c.after, Desired: &c.desired}
			require.Equal(t, "aws eks update-nodegroup-config --region us-west-2 --cluster-name prod --nodegroup-name prod-default-a --scaling-config "+c.want, change.Command())
			require.Equal(t, len(c.want) > len("minSize=1,maxSize=3"), change.Refused())
			require.Equal(t, name == "too many", change.Ends() > 0)
		})
	}
}

// Without an answer of AWS every change in which a group may have too few or too many
// nodes counts as refused, and the call states no desired size.
func TestWhatIsNotKnownMayBeRefused(t *testing.T) {
	for _, c := range []struct {
		before, after Bounds
		refusal       string
	}{
		{Bounds{1, 10}, Bounds{2, 10}, "EKS refuses the minimum of 2 while the group has fewer nodes"},
		{Bounds{1, 10}, Bounds{1, 8}, "EKS refuses the maximum of 8 while the group has more nodes"},
		{Bounds{1, 10}, Bounds{2, 8}, "EKS refuses the minimum of 2 while the group has fewer nodes, and the maximum of 8 while it has more"},
		{Bounds{2, 8}, Bounds{1, 10}, ""},
	} {
		change := Change{Before: c.before, After: c.after}
		require.Equal(t, c.refusal != "", change.Refused())
		require.NotContains(t, change.Command(), "desiredSize")
		if c.refusal != "" {
			require.Equal(t, c.refusal, change.Refusal())
		}
	}
}
