using Recs.Cluster.Tests.Crash;
using Recs.Cluster.Tests.Loop;

using Xunit;

namespace Recs.Cluster.Tests.Silos;

/// <summary>The neural model's rows are spread over silos that die and stand still.</summary>
[Collection(typeof(WholeMachine))]
public sealed class NeuralFaultTests(ThreeNeuralSilos silos, ITestOutputHelper output) : IClassFixture<ThreeNeuralSilos>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_model_that_silos_learn_together_is_what_one_process_learns_from_the_log_bit_for_bit_whatever_fails()
    {
        using var load = new ClusterLoad(silos, seed: 5, recommends: 20, eventsPerSlate: 6);
        var faults = new Faults(silos, seed: 5, what => output.WriteLine(what));
        using var stop = new CancellationTokenSource();
        var running = Task.Run(() => load.Run(stop.Token), Cancel);
        await faults.Round(0, Cancel);
        await faults.Round(1, Cancel);
        await faults.Kill(0, milliseconds: 500);
        await Task.Delay(2000, Cancel);
        await stop.CancelAsync();
        await running;
        await ServedSilo.Until(async () => (await silos.ClientOf(1).GetStatsAsync(Cancel)).Events.Pending == 0);
        for (var silo = 0; silo < 3; silo++)
        {
            await silos[silo].Stop();
        }

        output.WriteLine($"{load.Expected.Events} events");
        await ReplayedModel.Compare(silos.Database);
    }
}
