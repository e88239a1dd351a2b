package health

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// now is when the tests look.
var now = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

func ago(d time.Duration) *time.Time { return new(now.Add(-d)) }

func wellReport() Report {
	return Report{
		Name: "dev", Namespace: "domino-dev", Well: true, Ready: true, Account: "123456789012", Region: "us-west-2", Version: "1.35",
		Parts: []Part{{Key: "cluster", Name: "dev-cluster", State: Well, Objects: 20, Well: 20}, {Key: "network", Name: "dev-network", State: Well, Objects: 31, Well: 31}},
	}
}

// troubled returns an environment in its making, to which AWS said no.
func troubled() Report {
	report := Report{
		Name: "prod-us", Namespace: "domino-prod-us", Account: "123456789012", Region: "us-west-2",
		Findings: []Finding{
			{State: Wrong, Place: "pool-platform/nodes-z0", Kind: "NodeGroup", ExternalName: "prod-us-platform-a", Says: "InvalidParameterException: no (EKS CreateNodegroup)", Since: ago(4 * time.Minute)},
		},
		Parts: []Part{
			{Key: "addons", State: Waiting},
			{Key: "cluster", Name: "prod-us-cluster", State: Working, Objects: 20, Well: 19},
			{Key: "network", Name: "prod-us-network", State: Well, Objects: 31, Well: 31},
		},
	}
	for _, key := range []string{"alias", "cluster", "key", "platform", "compute"} {
		report.Findings = append(report.Findings, Finding{
			State: Wrong, Place: "identity/" + key, Kind: "Role", Says: "AccessDenied: no (STS AssumeRole)", Hint: "look at the role", Since: ago(90 * time.Minute),
		})
	}
	return withWaits(report)
}

func withWaits(report Report) Report {
	report.Findings = append(report.Findings,
		Finding{State: Waiting, Place: "addons", Says: "is not made yet", WaitsFor: []Need{{What: "cluster endpoint", Place: "cluster/cluster"}, {What: "platform nodes", Place: "pool-platform/nodes-z0"}}},
		Finding{State: Waiting, Place: "storage/mount-z0", Kind: "MountTarget", Says: "waits for what it refers to", WaitsFor: []Need{{Place: "network/private-z0"}}},
		Finding{State: Working, Place: "cluster/cluster", Kind: "Cluster", ExternalName: "prod-us", Says: "is being created", Since: ago(30 * time.Second)},
	)
	return report
}

func TestWhatIsWellIsALineAndWhatIsWrongComesFirst(t *testing.T) {
	require.Equal(t, `prod-us  not ready  50 of 51 objects are well, 6 wrong, 2 waiting, 1 working, us-west-2, 123456789012
  wrong    pool-platform/nodes-z0, for 4m
           InvalidParameterException: no (EKS CreateNodegroup) [NodeGroup prod-us-platform-a]
  wrong    identity/alias, identity/cluster, identity/key and 2 more, for 1h30m
           AccessDenied: no (STS AssumeRole)
           hint: look at the role
  waiting  addons
           is not made yet: waits for cluster endpoint (cluster/cluster), platform nodes (pool-platform/nodes-z0)
  waiting  storage/mount-z0
           waits for network/private-z0
  working  cluster/cluster, for 30s
           Cluster prod-us is being created
  parts    addons -, cluster 19/20, network 31

dev      ready  51 objects in 2 parts, Kubernetes 1.35, us-west-2, 123456789012
`, Text([]Report{troubled(), wellReport()}, now, false))
}

// GETTING_STARTED.md shows an environment half way.
func TestTheGuideShowsAStatus(t *testing.T) {
	report := Report{
		Name: "prod-us", Account: "123456789012", Region: "us-west-2",
		Findings: []Finding{
			{State: Wrong, Place: "storage/data", Kind: "Bucket", ExternalName: "prod-us-123456789012-data", Says: "BucketAlreadyExists: The requested bucket name is not available. (S3 CreateBucket)", Since: ago(4 * time.Minute)},
			{State: Waiting, Place: "addons", Says: "is not made yet", WaitsFor: []Need{{What: "cluster endpoint", Place: "cluster/cluster"}, {What: "platform nodes", Place: "pool-platform/nodes-z0"}}},
			{State: Working, Place: "cluster/cluster", Kind: "Cluster", ExternalName: "prod-us", Says: "is being created", Since: ago(9 * time.Minute)},
		},
		Parts: []Part{
			{Key: "addons", State: Waiting},
			{Key: "cluster", Name: "prod-us-cluster", State: Working, Objects: 20, Well: 19},
			{Key: "network", Name: "prod-us-network", State: Well, Objects: 31, Well: 31},
			{Key: "storage", Name: "prod-us-storage", State: Wrong, Objects: 30, Well: 29},
		},
	}
	guide, err := os.ReadFile("../../../GETTING_STARTED.md")
	require.NoError(t, err)
	require.Contains(t, string(guide), "```text\n"+Text([]Report{report}, now, false)+"```\n")
}

func TestColourChangesNoText(t *testing.T) {
	colored := Text([]Report{troubled()}, now, true)
	for _, code := range []string{"1;31", "33", "36", "1", "0"} {
		require.Contains(t, colored, "\x1b["+code+"m")
		colored = strings.ReplaceAll(colored, "\x1b["+code+"m", "")
	}
	require.Equal(t, Text([]Report{troubled()}, now, false), colored)
}

// watched runs a watch over a row of reports, and gives what it wrote.
func watched(t *testing.T, view func(out, err io.Writer) View, looks ...[]Report) (out, err string, well bool) {
	t.Helper()
	var stdout, stderr strings.Builder
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	well, failed := Watch(ctx, view(&stdout, &stderr), looks[0], func(context.Context) ([]Report, error) {
		if len(looks) == 1 {
			stop() // a tick that is due at the same time may bring us here again
			return nil, ctx.Err()
		}
		looks = looks[1:]
		if looks[0] == nil {
			return nil, errors.New("cannot reach it")
		}
		return looks[0], nil
	}, func() time.Time { return now }, time.Microsecond)
	require.NoError(t, failed)
	return stdout.String(), stderr.String(), well
}

func TestAWatchInAPipeWritesALineForEachChangeUntilAllIsWell(t *testing.T) {
	better := troubled()
	better.Findings = better.Findings[6:]
	done := wellReport()
	done.Name, done.Namespace = better.Name, better.Namespace
	out, said, well := watched(t, Lines, []Report{troubled()}, []Report{troubled()}, nil, []Report{better}, []Report{done}, []Report{troubled()})
	require.True(t, well)
	require.Equal(t, `12:00:00 prod-us: wrong: identity/alias, identity/cluster, identity/key and 2 more: AccessDenied: no (STS AssumeRole)
12:00:00 prod-us: wrong: pool-platform/nodes-z0: InvalidParameterException: no (EKS CreateNodegroup) [NodeGroup prod-us-platform-a]
12:00:00 prod-us: not ready, 50 of 51 objects are well, 6 wrong, 2 waiting, 1 working
12:00:00 prod-us: not ready, 50 of 51 objects are well, 2 waiting, 1 working
12:00:00 prod-us: ready, 51 objects
`, out)
	require.Equal(t, "12:00:00 cannot reach it (trying again)\n", said)
}

func TestAWatchThatIsInterruptedSaysThatNotAllIsWell(t *testing.T) {
	_, _, well := watched(t, Lines, []Report{troubled()})
	require.False(t, well)
}

func TestAWatchWaitsForAnEnvironmentThatIsNotThereYet(t *testing.T) {
	out, _, well := watched(t, JSONLines, []Report{}, []Report{}, []Report{wellReport()})
	require.True(t, well)
	require.Equal(t, 2, strings.Count(out, "\n"), "a line for each change: %s", out)
}

func TestATerminalIsDrawnOverLineByLine(t *testing.T) {
	var out strings.Builder
	v := Screen(&out, false, now)
	require.NoError(t, v.Show([]Report{troubled()}, now.Add(time.Minute)))
	require.NoError(t, v.Show([]Report{wellReport()}, now.Add(2*time.Minute)))
	require.True(t, strings.HasPrefix(out.String(), "\x1b[2J\x1b[H[#############################.] 50 of 51, 1m\x1b[K\n"), "%q", out.String())
	require.Equal(t, 1, strings.Count(out.String(), "\x1b[2J"))
	require.Contains(t, out.String(), "\x1b[J\x1b[H[##############################] 51 of 51, 2m\x1b[K\n")
}
