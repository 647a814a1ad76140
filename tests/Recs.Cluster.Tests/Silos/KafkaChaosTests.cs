using Xunit;

namespace Recs.Cluster.Tests.Silos;

/// <summary>The log is a topic, and the broker stays.</summary>
[Collection(typeof(WholeMachine))]
public sealed class KafkaChaosTests(ThreeSilosOnKafka silos, ITestOutputHelper output)
    : ChaosTests(silos, output), IClassFixture<ThreeSilosOnKafka>;
