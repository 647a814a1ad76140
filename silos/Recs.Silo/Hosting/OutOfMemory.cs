using System.Diagnostics;

namespace Recs.Silo.Hosting;

/// <summary>
/// Out of memory ends the process. Half alive it would answer errors for hours; ended, it is started again and goes on where its log is.
/// </summary>
static class OutOfMemory
{
    static int _ending;

    /// <summary>Watches every exception of the process from where it is thrown, whoever would catch it.</summary>
    public static void EndsTheProcess() => AppDomain.CurrentDomain.FirstChanceException += static (_, thrown) =>
    {
        // An InsufficientMemoryException says that something was not begun, and is answered where it is thrown.
        if (thrown.Exception is OutOfMemoryException and not InsufficientMemoryException && Interlocked.Exchange(ref _ending, 1) == 0)
        {
            System.Console.Error.WriteLine("Out of memory: the process ends.");
            using var process = Process.GetCurrentProcess();
            process.Kill();
        }
    };
}
