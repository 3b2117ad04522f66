// Package conformance_test runs the official Gateway API conformance suite against an instance of calb-sim. The tests
// and their manifests come unmodified from the pinned module; see run.mjs for how an instance is started for them.
package conformance_test

import (
	"encoding/json"
	"flag"
	"os"
	"testing"

	"sigs.k8s.io/gateway-api/conformance"
	"sigs.k8s.io/gateway-api/conformance/tests"
	"sigs.k8s.io/gateway-api/conformance/utils/suite"
)

var inventory = flag.Bool("inventory", false, "print the tests of the suite as JSON, one line each, and exit")

var profiles = []suite.ConformanceProfile{
	suite.GatewayHTTPConformanceProfile,
	suite.GatewayGRPCConformanceProfile,
	suite.GatewayTLSConformanceProfile,
	suite.GatewayTCPConformanceProfile,
	suite.GatewayUDPConformanceProfile,
}

// entry is a test as the inventory lists it.
type entry struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	// Features that an implementation must have for it.
	Features []string `json:"features"`
	// Profiles that it belongs to, each with "core" or "extended".
	Profiles map[string]string `json:"profiles"`
}

func TestMain(m *testing.M) {
	flag.Parse()
	if !*inventory {
		os.Exit(m.Run())
	}
	lines := json.NewEncoder(os.Stdout)
	for _, test := range tests.ConformanceTests {
		if err := lines.Encode(describe(test)); err != nil {
			os.Exit(1)
		}
	}
}

// TestConformance takes the suite's own flags.
func TestConformance(t *testing.T) {
	conformance.RunConformance(t)
}

func describe(test suite.ConformanceTest) entry {
	described := entry{Name: test.ShortName, Description: test.Description, Profiles: map[string]string{}}
	for _, feature := range test.Features {
		described.Features = append(described.Features, string(feature))
	}
	for _, profile := range profiles {
		if level := levelIn(profile, test); level != "" {
			described.Profiles[string(profile.Name)] = level
		}
	}
	return described
}

// levelIn assigns a test as the suite's report does: all its features are the profile's, and one that is not core makes
// the test extended.
func levelIn(profile suite.ConformanceProfile, test suite.ConformanceTest) string {
	level := "core"
	for _, feature := range test.Features {
		if profile.CoreFeatures.Has(feature) {
			continue
		}
		if !profile.ExtendedFeatures.Has(feature) {
			return ""
		}
		level = "extended"
	}
	return level
}
