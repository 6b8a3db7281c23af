/* Reads a QR code with the camera into [data-scan-target] and sends the form. Without a camera nothing is shown. */
"use strict";

(() => {
  const EVERY_MS = 120;
  const WIDEST = 800;

  class Scanner {
    constructor(box) {
      this.box = box;
      this.form = box.closest("form");
      this.target = this.form.querySelector("[data-scan-target]");
      this.video = box.querySelector("[data-scan-video]");
      this.state = box.querySelector("[data-scan-state]");
      this.startButton = box.querySelector("[data-scan-start]");
      this.stopButton = box.querySelector("[data-scan-stop]");
      this.canvas = document.createElement("canvas");
      this.startButton.addEventListener("click", () => this.start());
      this.stopButton.addEventListener("click", () => this.stop());
      window.addEventListener("pagehide", () => this.stop());
    }

    say(word) {
      this.state.textContent = word ? this.state.dataset[`words${word}`] : "";
    }

    async start() {
      this.say("Ask");
      try {
        this.stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "environment" } });
      } catch (_error) {
        this.say("Denied");
        this.target.focus();
        return;
      }
      this.video.srcObject = this.stream;
      await this.video.play();
      this.show(true);
      this.say("Look");
      this.look();
    }

    stop() {
      clearTimeout(this.timer);
      if (this.stream) this.stream.getTracks().forEach((track) => track.stop());
      this.stream = null;
      this.video.srcObject = null;
      this.show(false);
      this.say("");
    }

    show(running) {
      this.box.classList.toggle("running", running);
      this.startButton.hidden = running;
      this.stopButton.hidden = !running;
    }

    look() {
      if (!this.stream) return;
      const text = this.read();
      if (text) {
        this.found(text);
      } else {
        this.timer = setTimeout(() => this.look(), EVERY_MS);
      }
    }

    read() {
      if (this.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
      const scale = Math.min(1, WIDEST / this.video.videoWidth);
      const width = Math.round(this.video.videoWidth * scale);
      const height = Math.round(this.video.videoHeight * scale);
      this.canvas.width = width;
      this.canvas.height = height;
      const context = this.canvas.getContext("2d", { willReadFrequently: true });
      context.drawImage(this.video, 0, 0, width, height);
      const code = window.jsQR(context.getImageData(0, 0, width, height).data, width, height, { inversionAttempts: "dontInvert" });
      return code ? code.data : null;
    }

    found(text) {
      this.stop();
      this.target.value = text;
      this.say("Read");
      if (navigator.vibrate) navigator.vibrate(60);
      this.form.requestSubmit();
    }
  }

  async function offer(box) {
    const media = navigator.mediaDevices;
    if (!media || !media.getUserMedia || !window.jsQR || box.dataset.ready) return;
    const devices = await media.enumerateDevices();
    if (!devices.some((device) => device.kind === "videoinput")) return;
    box.dataset.ready = "yes";
    box.hidden = false;
    new Scanner(box);
  }

  // A hand scanner types: what it reads next takes the place of what stands there.
  document.addEventListener("focusin", (event) => event.target.matches("[data-scan-target]") && event.target.select());
  const all = (root) => root.querySelectorAll("[data-scanner]").forEach(offer);
  document.addEventListener("htmx:load", (event) => all(event.detail.elt));
  document.addEventListener("DOMContentLoaded", () => all(document));
})();
