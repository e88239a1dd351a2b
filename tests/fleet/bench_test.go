//go:build unix

package fleet

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/schema/load"
)

// many is a fleet of n sound environments in files, all behind one transit
// gateway: every check has something to do.
func many(tb testing.TB, n int) string {
	tb.Helper()
	root := tb.TempDir()
	for i := range n {
		name := fmt.Sprintf("env-%04d", i)
		dir := filepath.Join(root, "environments", name)
		require.NoError(tb, os.MkdirAll(dir, 0o755))
		require.NoError(tb, os.WriteFile(filepath.Join(dir, "environment.cue"), fmt.Appendf(nil, `package environment

import "github.com/dominoc/dominoc/schema/v1alpha1"

environment: v1alpha1.#Environment & {
	name:    %q
	account: "123456789012"
	region:  "us-west-2"
	zones: ["us-west-2a", "us-west-2b", "us-west-2c"]
	domain: fqdn: "%s.example.com"
	network: {
		cidr: "10.%d.%d.0/18"
		peers: [{name: "hub", cidr: "192.168.0.0/24", connection: "tgw-0123456789abcdef0"}]
	}
	cluster: {version: "1.35", inCluster: "none"}
	pools: {platform: {}, default: {}, "default-gpu": {}}
	storage: drivers: {ebs: "installer", efs: "installer"}
}
`, name, name, i/4%256, i%4*64), 0o644))
	}
	return root
}

func own(members []check.Member) []check.Finding { return check.Check(members, check.Facts{}) }

// BenchmarkVetOfAThousand is how much more vet takes with the checks of the
// fleet: the limit is 1.3. It counts the time of the processors, which what else
// runs on the machine changes little; the checks of the fleet are on one.
func BenchmarkVetOfAThousand(b *testing.B) {
	root := many(b, 1000)
	folders, err := load.New(root).Find([]string{"./environments/..."})
	require.NoError(b, err)
	var inputs []compositions.Input
	loading := taken(func() {
		for _, r := range load.New(root).All(folders, runtime.GOMAXPROCS(0)) {
			require.NotNil(b, r.Environment, "%v", r.Diagnostics)
			inputs = append(inputs, compositions.Input{Environment: r.Environment, At: r.Source.At})
		}
	})
	var with, without time.Duration
	for b.Loop() {
		without += taken(func() { compositions.Check(inputs, nil) })
		with += taken(func() { compositions.Check(inputs, nil, own) })
	}
	n := time.Duration(b.N)
	with, without = loading+with/n, loading+without/n
	b.ReportMetric(float64(without.Milliseconds()), "ms/without")
	b.ReportMetric(float64(with.Milliseconds()), "ms/with")
	b.ReportMetric(with.Seconds()/without.Seconds(), "ratio")
}

// taken is the time that all processors spend on something.
func taken(work func()) time.Duration {
	before := spent()
	work()
	return spent() - before
}

func spent() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
