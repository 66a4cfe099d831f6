# Experiments alone, without a Swift toolchain: docker build -t contrastive . && docker run --rm -v "$PWD:/data" contrastive sweep
FROM swift:6.3-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends libopenblas-dev zlib1g-dev
WORKDIR /contrastive
COPY . .
RUN swift build -c release --static-swift-stdlib --product Experiments \
  && mkdir /program \
  && cp -r "$(swift build -c release --show-bin-path)"/Experiments "$(swift build -c release --show-bin-path)"/*_Experiments.resources /program \
  && strip /program/Experiments

FROM debian:bookworm-slim
# gnuplot draws the pictures.
RUN apt-get update \
  && apt-get install -y --no-install-recommends libopenblas0-pthread zlib1g gnuplot-nox \
  && rm -rf /var/lib/apt/lists/*
COPY --from=build /program /opt/contrastive
WORKDIR /data
ENTRYPOINT ["/opt/contrastive/Experiments"]
