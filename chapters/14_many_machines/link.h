/* The cost model: what exchanges over a network take. */
#ifndef MANY_MACHINES_LINK_H
#define MANY_MACHINES_LINK_H

/* A machine's link to all others. */
typedef struct Link {
    double latency; /* seconds of a message of no bytes */
    double bytes;   /* a second, either way */
} Link;

/* Seconds of a sum of so many bytes over so many processes:
 *     ring                   2 (p - 1) latency    + 2 (p - 1) / p * bytes / bandwidth
 *     halving and doubling   2 log2(p) latency    + 2 (p - 1) / p * bytes / bandwidth
 * (Thakur, Rabenseifner and Gropp 2005, section 4, without the time of the additions) */
double ring_seconds(Link link, int processes, double bytes);
double halving_seconds(Link link, int processes, double bytes);

/* Seconds of communicator_combine(): log2(p) (latency + bytes / bandwidth). */
double combine_seconds(Link link, int processes, double bytes);

#endif
