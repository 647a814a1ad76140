using System.Runtime.InteropServices;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

using Recs.Grains.Hosting;
using Recs.Grains.Learning;
using Recs.Grains.Telemetry;
using Recs.Neural.Online;

using Xunit;

namespace Recs.Tests.Learning;

public sealed class RowHostTests : IDisposable
{
    static readonly NeuralLearning Learning = new();
    static readonly RowPages Nothing = new([], []);

    readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton(TimeProvider.System)
        .AddSingleton<RecsMetrics>().BuildServiceProvider();

    readonly RowHost _host;

    public RowHostTests() => _host = New(TimeProvider.System);

    public void Dispose() => _services.Dispose();

    [Fact]
    public void Rows_that_were_pushed_are_lent_as_they_were_stepped()
    {
        Assert.True(_host.Open(3, Nothing, isLast: true));
        var lent = _host.Pull(3, 1, Meetings(7, 8, 7));
        Assert.False(lent.IsLost);
        Assert.Equal([0, 32, 0], MemoryMarshal.Cast<byte, int>(lent.Offsets).ToArray());
        var rows = MemoryMarshal.Cast<byte, float>(lent.Rows).ToArray();
        Array.Fill(rows, 1.5f, 32, 32);
        Assert.True(_host.Push(3, 1, MemoryMarshal.AsBytes<float>(rows)));
        var again = _host.Pull(3, 2, Meetings(8));
        Assert.All(MemoryMarshal.Cast<byte, float>(again.Rows).ToArray(), value => Assert.Equal(1.5f, value));
    }

    [Fact]
    public void Nothing_is_lent_or_taken_out_of_turn()
    {
        Assert.True(_host.Open(3, Nothing, isLast: true));
        Assert.True(_host.Pull(3, 2, Meetings(1)).IsLost);
        var lent = _host.Pull(3, 1, Meetings(1));
        Assert.False(lent.IsLost);

        // A repeated pull would meet the same ids twice; pages of the midst of a turn would be of no position.
        Assert.True(_host.Pull(3, 1, Meetings(1)).IsLost);
        Assert.True(_host.Pull(3, 2, Meetings(1)).IsLost);
        Assert.Null(_host.TakePages(3, []));
        Assert.False(_host.Push(3, 2, lent.Rows));
        Assert.True(_host.Push(3, 1, lent.Rows));
        Assert.False(_host.Push(3, 1, lent.Rows));
    }

    [Fact]
    public void An_earlier_learner_is_answered_as_lost_and_a_later_one_begins_from_what_is_stored()
    {
        Assert.True(_host.Open(3, Nothing, isLast: true));
        Assert.True(_host.Push(3, 1, Stepped(_host.Pull(3, 1, Meetings(5)), 2)));
        var stored = _host.TakePages(3, [])!;
        Assert.True(_host.Push(3, 2, Stepped(_host.Pull(3, 2, Meetings(5)), 9)));

        // The second step was not made durable before the learner died.
        Assert.True(_host.Open(4, new RowPages(stored.Ids[..1], stored.Payloads[..1]), isLast: false));
        Assert.True(_host.Pull(4, 1, Meetings(5)).IsLost);
        Assert.True(_host.Open(4, new RowPages(stored.Ids[1..], stored.Payloads[1..]), isLast: true));
        Assert.True(_host.Pull(3, 3, Meetings(5)).IsLost);
        Assert.False(_host.Open(3, Nothing, isLast: true));
        Assert.Null(_host.TakePages(3, []));
        Assert.Equal(2, MemoryMarshal.Cast<byte, float>(_host.Pull(4, 1, Meetings(5)).Rows)[0]);
    }

    [Fact]
    public void Pages_that_could_not_be_stored_are_given_again()
    {
        Assert.True(_host.Open(1, Nothing, isLast: true));
        Assert.True(_host.Push(1, 1, Stepped(_host.Pull(1, 1, Meetings(5)), 2)));
        var first = _host.TakePages(1, [])!;
        Assert.Equal(2, first.Ids.Length);
        Assert.Empty(_host.TakePages(1, [])!.Ids);
        Assert.Equal(first.Ids.Order(), _host.TakePages(1, first.Ids)!.Ids.Order());
    }

    [Fact]
    public async Task A_replica_waits_for_the_first_session_and_copies_anew_with_every_other()
    {
        var time = new FakeTimeProvider();
        var host = New(time);
        var waiting = host.Copy(0).AsTask();
        Assert.False(waiting.IsCompleted);
        Assert.True(host.Open(1, Nothing, isLast: true));
        var mark = (await waiting).Mark;
        Assert.Equal(1, mark.Epoch);
        Assert.True(host.Open(2, Nothing, isLast: true));
        Assert.True((await host.Changes(mark)).IsLost);
    }

    RowHost New(TimeProvider time) => new(Learning, RowOwner.Viewers, 0, _services.GetRequiredService<RecsMetrics>(), time);

    static byte[] Meetings(params uint[] viewers) => MemoryMarshal.AsBytes<Meeting>(
        [.. viewers.Select(viewer => new Meeting(viewer, 100, TableKind.Viewers))]).ToArray();

    static byte[] Stepped(LentRows lent, float value)
    {
        Assert.False(lent.IsLost);
        var rows = MemoryMarshal.Cast<byte, float>(lent.Rows).ToArray();
        Array.Fill(rows, value);
        return MemoryMarshal.AsBytes<float>(rows).ToArray();
    }
}
