package diff

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryCodeHasAClassAndAPlaceAmongTheGravest(t *testing.T) {
	for _, code := range Codes() {
		_, known := ClassOf(string(code.Class))
		require.True(t, known, "%s: class %q", code.Name, code.Class)
		require.Contains(t, gravest, code.Name)
		_, alsoClass := ClassOf(code.Name)
		require.False(t, alsoClass, "%s is a code and a class", code.Name)
	}
}

func TestTheGateHasWhatDestroysOrStops(t *testing.T) {
	require.Equal(t, []Class{Destroys, Stops}, Gate())
	for code, gated := range map[string]bool{
		dataLoss: true, protectionRemoved: true, keyRenamed: true, environmentMoved: true, // gone
		adoptedRemoved: true, adoptedEdited: false, authenticationChanged: false,
		syncMoved: true, definitionNarrowed: true, packageLowered: true, providerIdentity: true, packageChanged: false,
		outage: true, stuck: true, zonesReordered: true, controlPlaneZone: true, versionLowered: true, versionSkipped: true,
		accessWidened: false, nodeRoll: false, addressChange: false, quotaExceeded: false, sizeByHand: false, scaleFirst: false,
		"not-listed": true,
	} {
		require.Equal(t, gated, Danger{Code: code}.Gated(), code)
	}
}
