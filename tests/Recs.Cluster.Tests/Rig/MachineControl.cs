using System.Diagnostics;

namespace Recs.Cluster.Tests.Rig;

/// <summary>
/// A control for what a test judges by time: the same small piece of work again and again while the test runs. By how much longer it takes
/// than at its fastest, by so much longer anything else may take on this machine now.
/// </summary>
public sealed class MachineControl : IDisposable
{
    const int Rounds = 400_000;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    readonly ManualResetEventSlim _stop = new();
    readonly Thread _thread;
    readonly List<double> _milliseconds = [];

    public MachineControl()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "control" };
        _thread.Start();
    }

    /// <summary>How many times as long as at its fastest the work took at the 90th percentile, pauses that overran included; at least 1.</summary>
    public double Slowness
    {
        get
        {
            lock (_milliseconds)
            {
                double[] sorted = [.. _milliseconds.Order()];
                return sorted.Length == 0 ? 1 : Math.Max(1, sorted[sorted.Length * 9 / 10] / sorted[0]);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    void Run()
    {
        var asked = Stopwatch.GetTimestamp();
        while (!_stop.Wait(Pause))
        {
            var overran = Stopwatch.GetElapsedTime(asked) - Pause;
            var began = Stopwatch.GetTimestamp();
            var value = 1UL;
            for (var round = 0; round < Rounds; round++)
            {
                value = (value * 6364136223846793005UL) + 1442695040888963407UL;
            }

            GC.KeepAlive(value);
            lock (_milliseconds)
            {
                _milliseconds.Add((Stopwatch.GetElapsedTime(began) + (overran > TimeSpan.Zero ? overran : TimeSpan.Zero)).TotalMilliseconds);
            }

            asked = Stopwatch.GetTimestamp();
        }
    }
}
