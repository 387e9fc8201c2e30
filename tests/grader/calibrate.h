/* How slow this machine is. */
#ifndef GRADER_CALIBRATE_H
#define GRADER_CALIBRATE_H

/* What time limits are multiplied by: 1 on a usual machine, more on a slower one. */
double calibrate(void);

#endif
