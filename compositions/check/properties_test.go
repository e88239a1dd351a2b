package check_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/random"
)

// unplanned is a member of which only the file is compared.
func unplanned(env *v1alpha1.Environment) check.Member {
	return check.Member{Environment: env, At: func(p diag.Path) diag.Pos { return diag.Pos{File: env.Name + "/" + p.String()} }}
}

func of(findings []check.Finding, code string) []check.Finding {
	return slices.DeleteFunc(findings, func(f check.Finding) bool { return f.Code != code })
}

// networks are environments behind a few transit gateways, in little space.
func networks(rng *rand.Rand) []check.Member {
	var members []check.Member
	for i := range 2 + rng.IntN(30) {
		env := &v1alpha1.Environment{Name: fmt.Sprintf("env-%03d", i)}
		env.Network.ServiceCIDR = "172.20.0.0/16"
		bits := 16 + rng.IntN(5)
		env.Network.CIDR = netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(rng.IntN(8)), byte(rng.IntN(256)), 0}), bits).Masked().String()
		for range rng.IntN(3) {
			env.Network.Peers = append(env.Network.Peers, v1alpha1.Peer{
				Name: "hub", CIDR: "192.168.0.0/24", Connection: fmt.Sprintf("tgw-%017d", rng.IntN(3)),
			})
		}
		members = append(members, unplanned(env))
	}
	return members
}

// connected compares every two, which the package does not.
func connected(a, b *v1alpha1.Environment) bool {
	return len(a.Network.Peers) > 0 && len(b.Network.Peers) > 0 // all reach the network behind the gateways
}

func overlaps(a, b *v1alpha1.Environment) bool {
	return netip.MustParsePrefix(a.Network.CIDR).Overlaps(netip.MustParsePrefix(b.Network.CIDR))
}

func TestAnOverlapIsReportedWhereTwoOverlapAndNowhereElse(t *testing.T) {
	reported := 0
	for seed := range uint64(300) {
		members := networks(random.New(seed))
		found := of(check.Check(members, check.Facts{}), "fleet-cidr-overlap")
		concerned := map[int]bool{}
		for _, f := range found {
			a, b := members[f.Members[0]].Environment, members[f.Members[1]].Environment
			require.True(t, connected(a, b) && overlaps(a, b), "seed %d: %s", seed, f.Message)
			concerned[f.Members[0]], concerned[f.Members[1]] = true, true
		}
		reported += len(found)
		for i, m := range members {
			for _, other := range members[:i] {
				if connected(m.Environment, other.Environment) && overlaps(m.Environment, other.Environment) {
					require.True(t, concerned[i], "seed %d: %s is not mentioned", seed, m.Environment.Name)
				}
			}
		}
	}
	require.Greater(t, reported, 500)
}

var suggested = regexp.MustCompile(`^"(.*)" is free in the whole fleet$`)

func TestWhoFollowsEverySuggestionHasNoOverlapLeft(t *testing.T) {
	followed := 0
	for seed := range uint64(300) {
		members := networks(random.New(seed))
		for _, f := range of(check.Check(members, check.Facts{}), "fleet-cidr-overlap") {
			followed++
			free := suggested.FindStringSubmatch(f.Hint)
			require.NotNil(t, free, "seed %d: %s", seed, f.Hint)
			env := members[f.Members[0]].Environment
			require.Equal(t, netip.MustParsePrefix(env.Network.CIDR).Bits(), netip.MustParsePrefix(free[1]).Bits())
			env.Network.CIDR = free[1]
		}
		require.Empty(t, of(check.Check(members, check.Facts{}), "fleet-cidr-overlap"), "seed %d", seed)
	}
	require.Greater(t, followed, 500)
}

func TestTheSuggestedRangeIsTheLowest(t *testing.T) {
	suggestions := 0
	for seed := range uint64(100) {
		members := networks(random.New(seed))
		found := of(check.Check(members, check.Facts{}), "fleet-cidr-overlap")
		if len(found) == 0 {
			continue
		}
		suggestions++
		free := netip.MustParsePrefix(suggested.FindStringSubmatch(found[0].Hint)[1])
		used := func(p netip.Prefix) bool {
			return slices.ContainsFunc(members, func(m check.Member) bool { return netip.MustParsePrefix(m.Environment.Network.CIDR).Overlaps(p) })
		}
		require.False(t, used(free), "seed %d", seed)
		for address := range 8 * 256 { // all networks lie in 10.0.0.0/13
			lower := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(address / 256), byte(address), 0}), free.Bits())
			if lower.Masked() != lower || !lower.Addr().Less(free.Addr()) {
				continue
			}
			require.True(t, used(lower), "seed %d: %s is lower than %s", seed, lower, free)
		}
	}
	require.Greater(t, suggestions, 50)
}

func TestHostNamesClashWhereOneIsTheOtherOrAboveIt(t *testing.T) {
	clashes := 0
	for seed := range uint64(300) {
		rng := random.New(seed)
		var members []check.Member
		for i := range 2 + rng.IntN(12) {
			env := &v1alpha1.Environment{Name: fmt.Sprintf("env-%03d", i)}
			labels := []string{"com"}
			for range 1 + rng.IntN(4) {
				labels = append([]string{string(rune('a' + rng.IntN(3)))}, labels...)
			}
			env.Domain.FQDN = strings.Join(labels, ".")
			members = append(members, unplanned(env))
		}
		var got, want []int
		for _, f := range check.Check(members, check.Facts{}) {
			if f.Code == "fqdn-taken" || f.Code == "fqdn-nested" {
				got = append(got, f.Members[0])
			}
		}
		for i, m := range members {
			if slices.ContainsFunc(members, func(o check.Member) bool {
				return strings.HasSuffix(m.Environment.Domain.FQDN, "."+o.Environment.Domain.FQDN)
			}) || slices.ContainsFunc(members[:i], func(o check.Member) bool { return o.Environment.Domain.FQDN == m.Environment.Domain.FQDN }) {
				want = append(want, i)
			}
		}
		slices.Sort(got)
		require.Equal(t, want, slices.Compact(got), "seed %d", seed)
		clashes += len(want)
	}
	require.Greater(t, clashes, 300)
}

// Random environments have what the situations of the other tests have not.
func TestRandomFleetsGiveTheSameFindingsEachTime(t *testing.T) {
	var members []check.Member
	for _, env := range random.Fleet(80) {
		members = append(members, member(t, env))
	}
	first := lines(check.Check(members, check.Facts{}))
	require.NotEmpty(t, first)
	require.Equal(t, first, lines(check.Check(members, check.Facts{})))
	for _, f := range check.Check(members, check.Facts{}) {
		require.NotEmpty(t, f.Members, f.Message)
		require.True(t, f.Pos.IsValid(), f.Message)
		require.Equal(t, f.Severity == diag.Warning, slices.Contains(check.Codes(), f.Code), "%s is a warning exactly when it can be accepted", f.Code)
	}
}

func TestEveryFindingIsAboutTheMembersThatItNames(t *testing.T) {
	for _, f := range (situation{edit: func(envs []*v1alpha1.Environment) { envs[1].Domain.FQDN = envs[0].Domain.FQDN }}).check(t) {
		require.Equal(t, []int{1, 0}, f.Members)
	}
}

func TestNamesAreInTheSameOrderEachTime(t *testing.T) {
	first := member(t, sound(0)).Names
	require.Greater(t, len(first), 20)
	for range 50 {
		require.Equal(t, first, member(t, sound(0)).Names)
	}
}

func BenchmarkFleetOfAThousand(b *testing.B) {
	var members []check.Member
	for i := range 1000 {
		members = append(members, member(b, sound(i)))
	}
	facts := check.Facts{Quotas: plenty()}
	b.ResetTimer()
	for range b.N {
		check.Check(members, facts)
	}
}
