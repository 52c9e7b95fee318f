// A worker that only ticks: browsers slow down the timers of a page in the background, but not a worker's.

setInterval(() => postMessage(0), 1000);
