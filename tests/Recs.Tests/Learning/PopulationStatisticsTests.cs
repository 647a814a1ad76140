using System.Runtime.InteropServices;

using Microsoft.Extensions.DependencyInjection;

using Recs.Grains.Learning;
using Recs.Grains.Replication;
using Recs.Grains.Telemetry;
using Recs.Schema.Messages;
using Recs.Storage;

using Xunit;

namespace Recs.Tests.Learning;

public sealed class PopulationStatisticsTests : IDisposable
{
    readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton(TimeProvider.System)
        .AddSingleton<RecsMetrics>().BuildServiceProvider();

    readonly PopulationStatistics _statistics;

    public PopulationStatisticsTests()
    {
        _statistics = New();
        _statistics.Restore([]);
    }

    public void Dispose() => _services.Dispose();

    [Fact]
    public void A_fitted_model_brings_its_prior_once()
    {
        Assert.True(_statistics.Rebase(2, -1.5, 3, 5000));
        Assert.Equal(new Prior(-1.5f, 3), Prior);
        _statistics.Add(Block(new PriorSample(0.5f, 0, UpdateKind.Impression, 2, 1)));
        var learned = Prior;
        Assert.NotEqual(new Prior(-1.5f, 3), learned);
        Assert.False(_statistics.Rebase(2, -1.5, 3, 5000));
        Assert.Equal(learned, Prior);
    }

    [Fact]
    public void The_fit_counts_as_experience()
    {
        _ = _statistics.Rebase(2, -1.5, 3, 9900);
        _statistics.Add(Block(new PriorSample(0, 65535, UpdateKind.Reward, 2, 1)));
        Assert.Equal(-1.5 + (2 / Math.Sqrt(10_000)), Prior.Intercept, 1e-6);
    }

    [Fact]
    public void A_model_without_a_fit_leaves_what_was_learned()
    {
        _statistics.Add(Block(new PriorSample(1, 65535, UpdateKind.Reward, 1, 1)));
        var learned = Prior;
        _ = _statistics.Rebase(3, 0, 1, 0);
        Assert.Equal(learned, Prior);
    }

    [Fact]
    public void A_restart_remembers_which_model_was_taken_into_account()
    {
        _ = _statistics.Rebase(7, -2, 4, 100);
        var restarted = New();
        restarted.Restore(_statistics.TakeChanged());
        Assert.Equal(new Prior(-2, 4), PriorOf(restarted));
        Assert.False(restarted.Rebase(7, 0, 0, 100));
        Assert.True(restarted.Rebase(8, -1, 2, 100));
    }

    [Fact]
    public void A_page_from_before_models_were_remembered_is_read()
    {
        var page = Assert.Single(_statistics.TakeChanged()).Payload;
        var restarted = New();
        const int Sums = 528;
        const int Trial = 16;
        restarted.Restore([new Page(0, (byte[])[.. page[..Sums].Span, .. page.Slice(Sums + Trial, 24).Span])]);
        Assert.True(restarted.Rebase(1, -1, 2, 100));
    }

    [Fact]
    public void A_page_of_half_as_many_policies_is_read()
    {
        var longs = new long[2 + 32];
        (longs[0], longs[1], longs[2 + 8], longs[2 + 16 + 8]) = (70, 3, 40, 12345);
        var page = new byte[304];
        MemoryMarshal.AsBytes(longs.AsSpan()).CopyTo(page);
        System.Buffers.Binary.BinaryPrimitives.WriteDoubleLittleEndian(page.AsSpan(272), -1.5);
        System.Buffers.Binary.BinaryPrimitives.WriteDoubleLittleEndian(page.AsSpan(280), 2.5);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(page.AsSpan(296), 9);
        var restarted = New();

        restarted.Restore([new Page(0, page)]);

        var sums = PopulationStatistics.Decode(restarted.Copy(0).Payload).Sums;
        Assert.Equal((70, 3, 40, 12345), (sums.Events, sums.Repeats, sums.Impressions[8], sums.Rewards[8]));
        Assert.Equal(new Prior(-1.5f, 2.5f), PriorOf(restarted));
        Assert.False(restarted.Rebase(9, 0, 1, 100));
    }

    [Fact]
    public void Each_model_learns_the_prior_of_its_own_space()
    {
        _ = _statistics.Rebase(2, -1.5, 3, 5000);
        _ = _statistics.Rebase(3, -2.5, 1, 5000);
        _statistics.Add(Block(new PriorSample(0.5f, 65535, UpdateKind.Reward, 3, 1)));
        Assert.Equal(new Prior(-1.5f, 3), View.PriorOf(2));
        Assert.True(View.PriorOf(3).Intercept > -2.5f);
        _statistics.Add(Block(new PriorSample(0.5f, 65535, UpdateKind.Reward, 2, 1)));
        Assert.True(View.PriorOf(2).Intercept > -1.5f);
        Assert.Equal(View.PriorOf(3), View.PriorOf(99));
    }

    [Fact]
    public void A_trial_counts_decisions_from_its_start_on_by_model_and_survives_a_restart()
    {
        _ = _statistics.Rebase(1, -2, 1, 10);
        _statistics.Add(Block(new PriorSample(0, 0, UpdateKind.Impression, 1, 100)));
        _ = _statistics.Rebase(2, -2, 1, 10);
        Assert.True(_statistics.Trial(1, 2, 200));
        Assert.False(_statistics.Trial(1, 2, 300));
        _statistics.Add(Block(
            new PriorSample(0, 65535, UpdateKind.Reward, 1, 199),
            new PriorSample(0, 0, UpdateKind.Impression, 1, 200),
            new PriorSample(0, 0, UpdateKind.Impression, 2, 201),
            new PriorSample(0, 0, UpdateKind.Impression, 2, 202),
            new PriorSample(0, 13107, UpdateKind.Reward, 2, 201)));
        var restarted = New();
        restarted.Restore(_statistics.TakeChanged());

        var view = PopulationStatistics.Decode(restarted.Copy(0).Payload);
        Assert.Equal((2, 200), (view.Canary, view.TrialStart));
        Assert.Equal((1, 0), (view.Tally(1)!.Value.Impressions, view.Tally(1)!.Value.Rewards));
        var canary = view.Tally(2)!.Value;
        Assert.Equal((2, 0.1), (canary.Impressions, canary.Mean));
        Assert.Equal(0.1, canary.Error, 1e-9);
        Assert.False(restarted.Trial(1, 2, 400));
        Assert.True(restarted.Trial(1, 0, 400));
    }

    [Fact]
    public void The_active_model_is_not_forgotten_however_many_canaries_pass_by()
    {
        _ = _statistics.Rebase(1, -1, 2, 10);
        for (var canary = 2; canary < 10; canary++)
        {
            _ = _statistics.Rebase(canary, 0, 1, 10);
            _ = _statistics.Trial(1, canary, 100);
        }

        Assert.Equal(new Prior(-1, 2), View.PriorOf(1));
        Assert.Equal(4, View.Models.Count);
    }

    [Fact]
    public void Nothing_that_is_not_finite_enters()
    {
        var before = Prior;
        _statistics.Add(Block(
            new PriorSample(float.NaN, 65535, UpdateKind.Reward, 1, 1),
            new PriorSample(float.PositiveInfinity, 0, UpdateKind.Impression, 1, 1)));
        Assert.Equal(before, Prior);
        _ = _statistics.Rebase(2, double.NaN, double.PositiveInfinity, 100);
        Assert.Equal(new Prior(0, 1), Prior);
    }

    Prior Prior => PriorOf(_statistics);

    PopulationView View => PopulationStatistics.Decode(_statistics.Copy(0).Payload);

    static Prior PriorOf(PopulationStatistics statistics) => PopulationStatistics.Decode(statistics.Copy(0).Payload).Models[^1].Prior;

    PopulationStatistics New() => new(_services.GetRequiredService<RecsMetrics>());

    static byte[] Block(params PriorSample[] samples)
    {
        var sums = default(PopulationSums);
        return [.. MemoryMarshal.AsBytes(new ReadOnlySpan<PopulationSums>(in sums)), .. MemoryMarshal.AsBytes<PriorSample>(samples)];
    }
}
