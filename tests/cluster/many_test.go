package cluster

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// copies is how often each environment of the sample fleet stands in the large
// one: 25 environments.
const copies = 5

// manyPatience is for a machine that is slower than the one with two processors on
// which all were ready after eleven minutes.
const manyPatience = 40 * time.Minute

// multiply adds copies of each environment, in accounts of their own and with
// ranges and names of their own.
func (s sources) multiply(t *testing.T) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(s.root, "environments", "*", "environment.*"))
	require.NoError(t, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		folder := filepath.Dir(file)
		for i := 1; i < copies; i++ {
			copied := folder + "-" + strconv.Itoa(i)
			require.NoError(t, os.Mkdir(copied, 0o755))
			content := variation(filepath.Base(folder), string(data), i)
			require.NoError(t, os.WriteFile(filepath.Join(copied, filepath.Base(file)), []byte(content), 0o644))
		}
	}
}

var (
	accountID = regexp.MustCompile(`\b\d{12}\b`)
	fqdn      = regexp.MustCompile(`(fqdn:\s+"?)domino`)
	vpcRange  = regexp.MustCompile(`(cidr:\s+"?10\.)(\d+)(\.\d+\.\d+/(?:16|20)"?\s*\n)`)
)

// variation is an environment's file for another environment of the same shape.
func variation(name, content string, i int) string {
	named := regexp.MustCompile(`(name:\s+"?)` + regexp.QuoteMeta(name) + `\b`)
	content = named.ReplaceAllString(content, "${1}"+name+"-"+strconv.Itoa(i))
	content = fqdn.ReplaceAllString(content, "${1}domino-"+strconv.Itoa(i))
	content = accountID.ReplaceAllStringFunc(content, func(id string) string {
		n, _ := strconv.Atoi(id) // it is digits
		return strconv.Itoa(n + i)
	})
	done := false
	return vpcRange.ReplaceAllStringFunc(content, func(found string) string {
		if done { // what follows are peers
			return found
		}
		done = true
		parts := vpcRange.FindStringSubmatch(found)
		octet, _ := strconv.Atoi(parts[2]) // it is digits
		return parts[1] + strconv.Itoa(octet+i) + parts[3]
	})
}

// TestTwentyFiveEnvironmentsAtOnce measures what a fleet costs a management
// cluster. The stand-in takes no time, which is the hardest for Crossplane:
// everything happens at once.
func TestTwentyFiveEnvironmentsAtOnce(t *testing.T) {
	from := copied(t, *fleetRoot)
	from.multiply(t)
	s := start(t, from, playAWS(atOnce))
	require.Len(t, s.fleet.environments, 5*copies)
	step(t, "PlatformIsAccepted", s.platform)
	ctx := context.Background()
	s.world.begin(t, s)
	begin := time.Now()
	step(t, "EnvironmentsAreAccepted", func(t *testing.T) { s.environments(t, s.fleet.names()...) })
	require.NoError(t, harness.Eventually(ctx, manyPatience, func() error { return s.allSynced(ctx) }))
	synced := time.Since(begin)
	require.NoError(t, harness.Eventually(ctx, manyPatience, func() error { return s.environmentsReady(ctx) }))
	s.load(t, synced, time.Since(begin))
	step(t, "TheBreakerStaysClosed", s.closed)
	step(t, "NothingAsksWithoutNeed", s.idle)
}

// atRest is how long the fleet is left alone.
const atRest = 3 * time.Minute

// idle holds that a fleet in which nothing changes costs what Crossplane asks anyway:
// function-patch-and-transform lets its answers expire after a minute, Crossplane then
// runs it again, and applies each composed object, the references to them and the status.
// A fifth more is for the Usages, which Crossplane polls, and for all others: polled each
// minute, as Crossplane does by default, the Usages alone cost a third more.
func (s *suite) idle(t *testing.T) {
	ctx := context.Background()
	composed, err := s.composed(ctx, "")
	require.NoError(t, err)
	xrs, err := s.composites(ctx)
	require.NoError(t, err)
	before, err := s.ServerMetrics()
	require.NoError(t, err)
	time.Sleep(atRest)
	after, err := s.ServerMetrics()
	require.NoError(t, err)
	const total = "apiserver_request_total"
	minute := (after.Sum(total, "", "") - before.Sum(total, "", "")) / atRest.Minutes()
	t.Logf("at rest: %.0f requests a minute, for %d composed objects and %d XRs", minute, len(composed), len(xrs))
	require.Less(t, minute, 1.2*float64(len(composed)+2*len(xrs)))
}

// load prints what the fleet cost.
func (s *suite) load(t *testing.T, synced, ready time.Duration) {
	t.Helper()
	crossplane, err := s.CrossplaneMetrics()
	require.NoError(t, err)
	server, err := s.ServerMetrics()
	require.NoError(t, err)
	memory, err := s.PeakMemory(harness.Crossplane)
	require.NoError(t, err)
	composed, err := s.composed(context.Background(), "")
	require.NoError(t, err)
	var text strings.Builder
	row := func(what, value string) { fmt.Fprintf(&text, "\n%-44s %s", what, value) }
	row("environments", strconv.Itoa(len(s.fleet.environments)))
	row("composed objects", strconv.Itoa(len(composed)))
	row("until every XR was synced", synced.Round(time.Second).String())
	row("until every environment was ready", ready.Round(time.Second).String())
	row("Crossplane's requests to the API server", fmt.Sprintf("%.0f", crossplane.Sum("rest_client_requests_total", "", "")))
	row("all requests to the API server", fmt.Sprintf("%.0f", server.Sum("apiserver_request_total", "", "")))
	row("Crossplane's peak memory", fmt.Sprintf("%d MiB", memory>>20))
	s.reconciles(t, crossplane, row)
	t.Log(text.String())
}

// reconciles prints how often an XR of each kind was reconciled, on average.
func (s *suite) reconciles(t *testing.T, crossplane harness.Metrics, row func(what, value string)) {
	t.Helper()
	definitions, _ := harness.Split(s.fleet.platform, "CompositeResourceDefinition")
	times := crossplane.By("controller_runtime_reconcile_total", "controller")
	for i, kind := range s.fleet.composites() {
		xrs, err := s.Client.List(context.Background(), kind, "")
		require.NoError(t, err)
		controller := "composite/" + (&unstructured.Unstructured{Object: definitions[i]}).GetName()
		require.NotZero(t, times[controller], "Crossplane has no %s", controller)
		row(fmt.Sprintf("reconciles of one of %d %s", len(xrs), kind.Kind), fmt.Sprintf("%.1f", times[controller]/float64(len(xrs))))
	}
}
