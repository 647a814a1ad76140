using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

using Recs.Cluster.Tests.Loop;

using Xunit;

namespace Recs.Cluster.Tests.Overload;

/// <summary>A silo that is asked for much more than it can do, and one whose callers are slow on purpose.</summary>
/// <remarks>
/// <c>RECS_OVERLOAD_SECONDS</c> says for how long; <c>tests/overload</c> prints the figures of a longer run. On a machine that others use
/// only what does not depend on time is judged; the figures are.
/// </remarks>
public sealed class OverloadTests(ServedSilo silo, ITestOutputHelper output) : IClassFixture<ServedSilo>
{
    static readonly TimeSpan Length = TimeSpan.FromSeconds(
        double.Parse(Environment.GetEnvironmentVariable("RECS_OVERLOAD_SECONDS") ?? "2", CultureInfo.InvariantCulture));

    static readonly string? Table = Environment.GetEnvironmentVariable("RECS_OVERLOAD_TABLE");

    static readonly byte[] Ask = RawCaller.Post("/v1/recommend", """{"userId":"u1","count":20}""");

    int Port => silo.Http.BaseAddress!.Port;

    [Fact]
    public async Task Five_times_the_capacity_is_refused_early_and_most_of_the_capacity_is_served()
    {
        await GiveEachACore();
        _ = await Load(32, null, Length / 2);
        var used = Cpu(silo.ProcessId);
        var alone = await Load(32, null, Length);
        used = Cpu(silo.ProcessId) - used;
        var capacity = alone.Of(200) / Length.TotalSeconds;
        using var ends = new CancellationTokenSource();
        var probing = Probe(ends.Token);
        var (cpu, own, since) = (Cpu(silo.ProcessId), Cpu(Environment.ProcessId), Stopwatch.GetTimestamp());
        var (many, seconds) = (await Load(2000, 5 * capacity, Length), Length.TotalSeconds);
        var took = Stopwatch.GetElapsedTime(since);
        (cpu, own) = (Cpu(silo.ProcessId) - cpu, Cpu(Environment.ProcessId) - own);
        await ends.CancelAsync();
        var live = await probing;
        Tell($"capacity      {capacity,8:F0} slates/s, 32 connections, p50 {alone.Quantile(0.5):F1} ms, p99 {alone.Quantile(0.99):F1} ms; {used.TotalMicroseconds / alone.All:F0} µs of the silo an answer");
        Tell($"five times    {many.All / seconds,8:F0} answers/s of {5 * capacity:F0} offered, 2000 connections: {many.Statuses}");
        Tell($"goodput       {many.Of(200) / seconds,8:F0} slates/s, {many.Of(200) / seconds / capacity:P0} of the capacity; p50 {many.Quantile(0.5):F0} ms, p99 {many.Quantile(0.99):F0} ms");
        Tell($"processors    the silo used {cpu / took:P0} of one and the load {own / took:P0}; {cpu.TotalMicroseconds / many.All:F0} µs of the silo an answer");
        Tell($"liveness      {live.Of(200),8} answers beside it, p50 {live.Quantile(0.5):F0} ms, p99 {live.Quantile(0.99):F0} ms; others: {live.All - live.Of(200)}");
        Assert.True(many.Of(200) > 0, "somebody must be served");
        Assert.Equal(many.All, many.Of(200) + many.Of(503) + many.Of(429));
        Assert.Equal(live.All, live.Of(200));
    }

    [Fact]
    public async Task Callers_who_trickle_large_bodies_shut_nobody_out()
    {
        using var ends = new CancellationTokenSource();
        var before = await Load(8, null, Length);
        var slow = Enumerable.Range(0, 100).Select(_ => Trickle(ends.Token)).ToArray();
        await Task.Delay(500, TestContext.Current.CancellationToken);
        var beside = await Load(8, null, Length);
        await ends.CancelAsync();
        await Task.WhenAll(slow);
        Tell($"slow bodies   100 connections trickle 8 MB each: {beside.Of(200) / Length.TotalSeconds,6:F0} slates/s beside them, {before.Of(200) / Length.TotalSeconds:F0} without; p99 {beside.Quantile(0.99):F1} ms against {before.Quantile(0.99):F1} ms; {beside.Statuses}");
        Assert.Equal(beside.All, beside.Of(200));
    }

    /// <summary>
    /// With RECS_OVERLOAD_CORES=1 the silo has the first core and the load the second: else the more is asked, the less is left to answer.
    /// </summary>
    async Task GiveEachACore()
    {
        if (Environment.GetEnvironmentVariable("RECS_OVERLOAD_CORES") == "1")
        {
            foreach (var (core, process) in new[] { (0, silo.ProcessId), (1, Environment.ProcessId) })
            {
                using var taskset = Process.Start(new ProcessStartInfo("taskset", ["-a", "-c", "-p", $"{core}", $"{process}"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
                await taskset.WaitForExitAsync();
            }
        }
    }

    /// <summary>Asks from many connections, each again when it was answered; with a rate, so many a second and no more.</summary>
    async Task<LoadReport> Load(int connections, double? perSecond, TimeSpan length)
    {
        var report = new LoadReport();
        using var ends = new CancellationTokenSource(length);
        using var due = new SemaphoreSlim(0);
        var callers = Enumerable.Range(0, connections).Select(_ => Call(report, perSecond is null ? null : due, ends.Token)).ToList();
        if (perSecond is { } rate)
        {
            callers.Add(Task.Run(() => Pace(due, rate, ends.Token)));
        }

        await Task.WhenAll(callers);
        return report;
    }

    async Task Call(LoadReport report, SemaphoreSlim? due, CancellationToken cancel)
    {
        await Task.Yield();
        using var caller = new RawCaller(Port);
        try
        {
            while (!cancel.IsCancellationRequested)
            {
                if (due is not null)
                {
                    await due.WaitAsync(cancel);
                }

                var (status, took) = await caller.Send(Ask, cancel);
                report.Add(status, took);
            }
        }
        catch (OperationCanceledException)
        {
            // Time is over.
        }
    }

    static TimeSpan Cpu(int id)
    {
        using var process = Process.GetProcessById(id);
        return process.TotalProcessorTime;
    }

    static async Task Pace(SemaphoreSlim due, double perSecond, CancellationToken cancel)
    {
        var (since, released) = (Stopwatch.GetTimestamp(), 0L);
        while (!cancel.IsCancellationRequested)
        {
            var wanted = (long)(Stopwatch.GetElapsedTime(since).TotalSeconds * perSecond);
            if (wanted > released)
            {
                // Who could not be asked in time is not asked later: arrivals do not wait for each other.
                _ = due.CurrentCount < 10_000 ? due.Release((int)(wanted - released)) : 0;
                released = wanted;
            }

            await Task.Delay(2, CancellationToken.None);
        }
    }

    async Task<LoadReport> Probe(CancellationToken cancel)
    {
        var report = new LoadReport();
        using var caller = new RawCaller(Port);
        while (!cancel.IsCancellationRequested)
        {
            var (status, took) = await caller.Send(RawCaller.Get("/health/live"), CancellationToken.None);
            report.Add(status, took);
            await Task.Delay(20, CancellationToken.None);
        }

        return report;
    }

    async Task Trickle(CancellationToken cancel)
    {
        await Task.Yield();
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port), cancel);
                _ = await socket.SendAsync(
                    Encoding.ASCII.GetBytes("POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 8388608\r\n\r\n["), cancel);
                while (true)
                {
                    _ = await socket.SendAsync(new byte[64], cancel);
                    await Task.Delay(100, cancel);
                }
            }
            catch (Exception closed) when (closed is SocketException or OperationCanceledException)
            {
                // The silo has had enough; the attacker comes again.
            }
        }
    }

    void Tell(FormattableString line)
    {
        var text = line.ToString(CultureInfo.InvariantCulture);
        output.WriteLine(text);
        if (Table is not null)
        {
            File.AppendAllText(Table, text + "\n");
        }
    }
}
