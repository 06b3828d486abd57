// Many viewers of one RTSP video in one process: plays, counts what each of them gets, and prints one JSON line.
//
// usage: viewers [-t udp|tcp] [-n viewers] [-w warm-up s] [-s measured s] [-p server-pid] [-x stopped] [-k probes]
//                [-b receive buffer bytes, 0: the system's default] rtsp://ADDRESS:PORT/NAME
// -l: seconds after which no more viewers are started (120).
// With the system's buffers it takes precedence over other programs where it may: what they would keep it from reading
// in time says nothing of the server.
// -x: so many of the viewers stop reading when the measurement begins; their figures are left out.
// -k: so many more viewers come, one after the other, while it is measured; only the time of their set-up counts.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { REPLY_ROOM = 64 << 10, STREAM_ROOM = 256 << 10, DATAGRAM_ROOM = 2048, BATCH = 64, EVENTS = 512 };
enum { KEEP_ALIVE_S = 20, REPLY_TIMEOUT_S = 10, MAX_GAPS = 8 << 20 };
// A server that does not take in its viewers is given up after so many failures.
enum { MAX_FAILURES = 5 };

typedef struct {
  int tcp, rtp, rtcp, rtp_port, cseq;
  bool playing, stopped, seen;
  uint16_t last_sequence;
  uint64_t packets, bytes, lost, late, frames;
  double last_frame;
  char session[128];
  uint8_t *stream; // bytes of the RTSP connection that are not yet a whole unit
  size_t stream_length;
} Viewer;

static struct {
  bool udp;
  int viewers, stopped, probes, server, receive_buffer;
  double warm_up, seconds, start_limit;
  char url[1024], address[256];
  int port;
} options = {.udp = true, .viewers = 1, .receive_buffer = 4 << 20, .warm_up = 2, .seconds = 10, .start_limit = 120};

static Viewer *viewers;
static int poller;
static bool measuring;
static float *gaps, *setups;
static size_t gap_count, setup_count;
static int failures, ended;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

// ---- What the operating system says of a process

// All of its threads together, those that have ended too. What /proc tells is counted in hundredths of a second.
static double cpu_seconds_of(int pid) {
  clockid_t clock;
  struct timespec t;
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) != 0) return 0;
  return t.tv_sec + t.tv_nsec / 1e9;
}

static double resident_mb_of(int pid) {
  char path[64], line[256];
  long kilobytes = 0;
  snprintf(path, sizeof path, "/proc/%d/status", pid);
  FILE *file = fopen(path, "r");
  while (file && fgets(line, sizeof line, file)) sscanf(line, "VmRSS: %ld", &kilobytes);
  if (file) fclose(file);
  return kilobytes / 1024.0;
}

static double own_cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

// ---- Media

static void take_rtp(Viewer *viewer, const uint8_t *packet, size_t length) {
  if (length < 12 || packet[0] >> 6 != 2) return;
  uint16_t sequence = packet[2] << 8 | packet[3];
  int16_t step = viewer->seen ? sequence - viewer->last_sequence : 1;
  if (step > 0) viewer->last_sequence = sequence;
  viewer->seen = true;
  if (!measuring || viewer->stopped) {
    viewer->last_frame = 0;
    return;
  }
  viewer->packets++;
  viewer->bytes += length;
  if (step > 0) viewer->lost += step - 1;
  else {
    viewer->late++;
    if (viewer->lost > 0) viewer->lost--;
  }
  if (!(packet[1] & 0x80)) return; // no marker: not the last packet of its frame
  double moment = now();
  if (viewer->last_frame > 0 && gap_count < MAX_GAPS) gaps[gap_count++] = (moment - viewer->last_frame) * 1e3;
  viewer->last_frame = moment;
  viewer->frames++;
}

static void read_datagrams(Viewer *viewer) {
  static uint8_t data[BATCH][DATAGRAM_ROOM];
  static struct iovec vectors[BATCH];
  static struct mmsghdr messages[BATCH];
  int count;
  do {
    for (int i = 0; i < BATCH; i++) {
      vectors[i] = (struct iovec){data[i], DATAGRAM_ROOM};
      messages[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1};
    }
    count = recvmmsg(viewer->rtp, messages, BATCH, 0, NULL);
    for (int i = 0; i < count; i++) take_rtp(viewer, data[i], messages[i].msg_len);
  } while (count == BATCH);
}

// Takes the whole units at the start of the connection's bytes: interleaved packets and answers without a body.
static void take_stream(Viewer *viewer) {
  uint8_t *at = viewer->stream, *end = at + viewer->stream_length;
  while (end - at >= 4) {
    if (*at == '$') {
      size_t length = at[2] << 8 | at[3];
      if ((size_t)(end - at) < 4 + length) break;
      if (at[1] == 0) take_rtp(viewer, at + 4, length);
      at += 4 + length;
    } else {
      uint8_t *blank = memmem(at, end - at, "\r\n\r\n", 4);
      if (!blank) break;
      at = blank + 4;
    }
  }
  viewer->stream_length = end - at;
  memmove(viewer->stream, at, viewer->stream_length);
}

static void end_viewer(Viewer *viewer) {
  ended++;
  viewer->playing = false;
  epoll_ctl(poller, EPOLL_CTL_DEL, viewer->tcp, NULL);
}

static void read_stream(Viewer *viewer) {
  size_t room = STREAM_ROOM - viewer->stream_length;
  ssize_t length = recv(viewer->tcp, viewer->stream + viewer->stream_length, room, MSG_DONTWAIT);
  if (length == 0 || (length < 0 && errno != EAGAIN)) return end_viewer(viewer);
  if (length < 0) return;
  viewer->stream_length += length;
  take_stream(viewer);
}

// Reads whatever has arrived, waiting at most so many milliseconds for something.
static void pump(int patience) {
  struct epoll_event events[EVENTS];
  int count = epoll_wait(poller, events, EVENTS, patience);
  for (int i = 0; i < count; i++) {
    Viewer *viewer = &viewers[events[i].data.u64 >> 1];
    if (events[i].data.u64 & 1) read_stream(viewer);
    else read_datagrams(viewer);
  }
}

static void watch(Viewer *viewer, int fd, bool stream) {
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint64_t)(viewer - viewers) << 1 | stream};
  epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
}

// ---- RTSP

static bool dial(Viewer *viewer) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(options.port)};
  struct timeval patience = {REPLY_TIMEOUT_S, 0};
  int one = 1;
  viewer->tcp = socket(AF_INET, SOCK_STREAM, 0);
  inet_pton(AF_INET, options.address, &to.sin_addr);
  setsockopt(viewer->tcp, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  setsockopt(viewer->tcp, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return connect(viewer->tcp, (struct sockaddr *)&to, sizeof to) == 0;
}

static int send_request(Viewer *viewer, const char *method, const char *uri, const char *headers) {
  char text[2048], session[160] = "";
  if (viewer->session[0]) snprintf(session, sizeof session, "Session: %s\r\n", viewer->session);
  int length = snprintf(text, sizeof text, "%s %s RTSP/1.0\r\nCSeq: %d\r\n%s%s\r\n", method, uri, ++viewer->cseq,
                        session, headers);
  return send(viewer->tcp, text, length, MSG_NOSIGNAL) == length ? 0 : -1;
}

// Reads one answer into `reply`, byte by byte so that no media behind it is taken. Returns its status, -1 if none came.
static int read_reply(Viewer *viewer, char *reply) {
  size_t length = 0;
  for (char *head_end = NULL; !head_end;) {
    if (length + 1 >= REPLY_ROOM || recv(viewer->tcp, reply + length, 1, 0) != 1) return -1;
    if (length == 0 && reply[0] == '$') {
      uint8_t rest[3];
      static uint8_t ignored[64 << 10];
      if (recv(viewer->tcp, rest, 3, MSG_WAITALL) != 3) return -1;
      recv(viewer->tcp, ignored, rest[1] << 8 | rest[2], MSG_WAITALL);
      continue;
    }
    reply[++length] = 0;
    head_end = length >= 4 && !memcmp(reply + length - 4, "\r\n\r\n", 4) ? reply + length : NULL;
  }
  char *content_length = strcasestr(reply, "\r\nContent-Length:");
  int body = content_length ? atoi(content_length + 17) : 0;
  if (body < 0 || length + body + 1 > REPLY_ROOM) return -1;
  if (body > 0 && recv(viewer->tcp, reply + length, body, MSG_WAITALL) != body) return -1;
  reply[length + body] = 0;
  return atoi(reply + 9);
}

static bool ask(Viewer *viewer, const char *method, const char *uri, const char *headers, char *reply) {
  int status = send_request(viewer, method, uri, headers) == 0 ? read_reply(viewer, reply) : -1;
  if (status == 200) return true;
  if (failures++ == 0) fprintf(stderr, "%s %s: status %d, %s\n", method, uri, status, strerror(errno));
  return false;
}

// Binds RTP to an even port and RTCP to the next one.
static void open_ports(Viewer *viewer) {
  for (;;) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof at;
    viewer->rtp = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    viewer->rtcp = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    bind(viewer->rtp, (struct sockaddr *)&at, sizeof at);
    getsockname(viewer->rtp, (struct sockaddr *)&at, &length);
    viewer->rtp_port = ntohs(at.sin_port);
    at.sin_port = htons(viewer->rtp_port + 1);
    // A server may refuse to send to the number of its own RTSP port.
    bool own = viewer->rtp_port / 2 == options.port / 2;
    if (viewer->rtp_port % 2 == 0 && !own && bind(viewer->rtcp, (struct sockaddr *)&at, sizeof at) == 0) break;
    close(viewer->rtp);
    close(viewer->rtcp);
  }
  int size = options.receive_buffer;
  if (size > 0 && setsockopt(viewer->rtp, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0) {
    setsockopt(viewer->rtp, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  }
}

// The URL of the video track, from the description and its Content-Base.
static void read_control(const char *reply, char *base, char *control) {
  char track[512] = "";
  strcpy(base, options.url);
  const char *content_base = strcasestr(reply, "\r\nContent-Base:");
  if (content_base) sscanf(content_base + 15, " %1023[^\r\n]", base);
  const char *video = strstr(reply, "m=video");
  const char *attribute = video ? strstr(video, "a=control:") : NULL;
  if (attribute) sscanf(attribute + 10, "%511[^\r\n]", track);
  if (!strncmp(track, "rtsp://", 7)) strcpy(control, track);
  else snprintf(control, 1536, "%s%s%s", base, base[strlen(base) - 1] == '/' ? "" : "/", track);
}

// DESCRIBE, SETUP, PLAY.
static bool play(Viewer *viewer) {
  static char reply[REPLY_ROOM];
  char base[1024], control[1536], transport[128];
  if (!dial(viewer)) {
    if (failures++ == 0) perror("connect");
    return false;
  }
  double begun = now();
  if (!ask(viewer, "DESCRIBE", options.url, "Accept: application/sdp\r\n", reply)) return false;
  read_control(reply, base, control);
  if (options.udp) {
    open_ports(viewer);
    snprintf(transport, sizeof transport, "Transport: RTP/AVP;unicast;client_port=%d-%d\r\n", viewer->rtp_port,
             viewer->rtp_port + 1);
  } else strcpy(transport, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n");
  if (!ask(viewer, "SETUP", control, transport, reply)) return false;
  const char *session = strcasestr(reply, "\r\nSession:");
  if (session) sscanf(session + 10, " %127[^;\r\n]", viewer->session);
  if (!ask(viewer, "PLAY", base, "Range: npt=0.000-\r\n", reply)) return false;
  setups[setup_count++] = (now() - begun) * 1e3;
  return viewer->playing = true;
}

static void hang_up(Viewer *viewer) {
  send_request(viewer, "TEARDOWN", options.url, "");
  close(viewer->tcp);
  if (options.udp) {
    close(viewer->rtp);
    close(viewer->rtcp);
  }
  viewer->playing = false;
}

static void start_viewers(void) {
  double limit = now() + options.start_limit;
  for (int i = 0; i < options.viewers && failures < MAX_FAILURES && now() < limit; i++) {
    Viewer *viewer = &viewers[i];
    if (!play(viewer)) continue;
    viewer->stream = malloc(STREAM_ROOM);
    if (options.udp) watch(viewer, viewer->rtp, false);
    watch(viewer, viewer->tcp, true);
    pump(0);
  }
}

static void keep_alive(void) {
  for (int i = 0; i < options.viewers; i++) {
    if (viewers[i].playing) send_request(&viewers[i], "GET_PARAMETER", options.url, "");
  }
}

static void begin_measuring(void) {
  measuring = true;
  for (int i = 0; i < options.stopped; i++) {
    viewers[i].stopped = true;
    epoll_ctl(poller, EPOLL_CTL_DEL, options.udp ? viewers[i].rtp : viewers[i].tcp, NULL);
  }
}

// ---- The report

static int ascending(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

static double quantile(const float *sorted, size_t count, double part) {
  return count ? sorted[(size_t)((count - 1) * part)] : 0;
}

static void report(double seconds, double server_cpu, double own_cpu) {
  uint64_t packets = 0, bytes = 0, lost = 0, frames = 0, late = 0;
  int playing = 0, starved = 0;
  for (int i = options.stopped; i < options.viewers; i++) {
    packets += viewers[i].packets, bytes += viewers[i].bytes, lost += viewers[i].lost;
    frames += viewers[i].frames, late += viewers[i].late, playing += viewers[i].frames > 0;
  }
  int reading = options.viewers - options.stopped;
  for (int i = options.stopped; i < options.viewers; i++) starved += viewers[i].frames * reading < frames * 0.9;
  qsort(gaps, gap_count, sizeof *gaps, ascending);
  qsort(setups, setup_count, sizeof *setups, ascending);
  printf("{\"viewers\":%d,\"playing\":%d,\"failures\":%d,\"ended\":%d,\"starved\":%d,\"seconds\":%.2f,", options.viewers,
         playing, failures, ended, starved, seconds);
  printf("\"packets\":%lu,\"bytes\":%lu,\"lost\":%lu,\"late\":%lu,\"frames\":%lu,\"framesPerSecond\":%.2f,", packets, bytes,
         lost, late, frames, frames / seconds / reading);
  printf("\"gapP50\":%.2f,\"gapP99\":%.2f,\"gapMax\":%.2f,", quantile(gaps, gap_count, .5), quantile(gaps, gap_count, .99),
         quantile(gaps, gap_count, 1));
  printf("\"setupP50\":%.2f,\"setupP99\":%.2f,\"setupMax\":%.2f,", quantile(setups, setup_count, .5),
         quantile(setups, setup_count, .99), quantile(setups, setup_count, 1));
  printf("\"serverCores\":%.4f,\"cpuPerPacket\":%.4f,\"residentMb\":%.1f,\"ownCores\":%.3f}\n", server_cpu / seconds,
         packets ? server_cpu / packets * 1e6 : 0, resident_mb_of(options.server), own_cpu / seconds);
}

static void read_options(int count, char **words) {
  for (int letter; (letter = getopt(count, words, "t:n:w:s:p:x:k:b:l:")) > 0;) {
    if (letter == 't') options.udp = *optarg == 'u';
    else if (letter == 'n') options.viewers = atoi(optarg);
    else if (letter == 'w') options.warm_up = atof(optarg);
    else if (letter == 's') options.seconds = atof(optarg);
    else if (letter == 'p') options.server = atoi(optarg);
    else if (letter == 'x') options.stopped = atoi(optarg);
    else if (letter == 'k') options.probes = atoi(optarg);
    else if (letter == 'b') options.receive_buffer = atoi(optarg);
    else if (letter == 'l') options.start_limit = atof(optarg);
    else exit(2);
  }
  if (optind + 1 != count) exit(2);
  snprintf(options.url, sizeof options.url, "%s", words[optind]);
  if (sscanf(options.url, "rtsp://%255[^:/]:%d", options.address, &options.port) != 2) exit(2);
}

int main(int count, char **words) {
  read_options(count, words);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  viewers = calloc(options.viewers + 1, sizeof *viewers);
  gaps = malloc(MAX_GAPS * sizeof *gaps);
  setups = malloc((options.viewers + options.probes + 1) * sizeof *setups);
  poller = epoll_create1(0);
  struct sched_param precedence;
  if (options.receive_buffer == 0 && sched_getparam(0, &precedence) == 0) {
    precedence.sched_priority++;
    sched_setscheduler(0, SCHED_RR, &precedence);
  }

  start_viewers();
  double start = now() + options.warm_up, end = start + options.seconds, next_ping = now() + KEEP_ALIVE_S;
  double next_probe = start, server_cpu = 0, own_cpu = 0;
  int probes = 0;
  for (double moment = now(); moment < end; moment = now()) {
    if (!measuring && moment >= start) {
      begin_measuring();
      if (options.probes > 0) setup_count = 0;
      start = moment;
      server_cpu = cpu_seconds_of(options.server);
      own_cpu = own_cpu_seconds();
    }
    if (moment >= next_ping) {
      keep_alive();
      next_ping = moment + KEEP_ALIVE_S;
    }
    if (measuring && probes < options.probes && moment >= next_probe) {
      Viewer probe = {0};
      if (play(&probe)) hang_up(&probe);
      probes++;
      next_probe = moment + options.seconds / (options.probes + 1);
    }
    pump(10);
  }
  double seconds = now() - start;
  report(seconds, cpu_seconds_of(options.server) - server_cpu, own_cpu_seconds() - own_cpu);
  for (int i = 0; i < options.viewers; i++) {
    if (viewers[i].playing) send_request(&viewers[i], "TEARDOWN", options.url, "");
  }
  return 0;
}
